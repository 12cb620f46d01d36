import { testMutants } from "./order-mutation";

testMutants(1, 2);
