import { testMutants } from "./order-mutation";

testMutants(0, 2);
