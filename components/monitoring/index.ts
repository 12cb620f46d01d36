export { Grafana } from "./grafana";
export { Monitors } from "./monitors";
export { Prometheus } from "./prometheus";
export { partsOf } from "./render";
