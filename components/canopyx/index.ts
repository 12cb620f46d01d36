export { CanopyxAdmin, type CanopyxArgs } from "./admin";
export { canopyxChains } from "./chains-job";
export { CanopyxController } from "./controller";
export { CanopyxQuery } from "./query";
export { CanopyxWeb } from "./web";
