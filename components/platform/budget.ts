import { formatBytes, formatCpu, bytes, millicores } from "../kit/units";
import type { Resources } from "../kit/schemas";

/** One workload's share of the bed. */
export interface Footprint {
  readonly name: string;
  readonly replicas: number;
  readonly resources: Resources;
}

/** Sum of all requests, as numbers and as people write them. */
export interface Requests {
  readonly milliCpu: number;
  readonly memoryBytes: number;
  readonly cpu: string;
  readonly memory: string;
  readonly pods: number;
}

/** Adds up what a bed asks of its cluster. */
export function sumRequests(footprints: readonly Footprint[]): Requests {
  let milliCpu = 0;
  let memoryBytes = 0;
  let pods = 0;
  for (const { replicas, resources } of footprints) {
    milliCpu += replicas * (millicores(resources.requests.cpu) ?? 0);
    memoryBytes += replicas * (bytes(resources.requests.memory) ?? 0);
    pods += replicas;
  }
  return { milliCpu, memoryBytes, cpu: formatCpu(milliCpu), memory: formatBytes(memoryBytes), pods };
}

/** What exceeds the budget, in words; empty when all fits. */
export function overBudget(requests: Requests, budget: { cpu: string; memory: string }): { path: string[]; message: string }[] {
  const problems: { path: string[]; message: string }[] = [];
  if (requests.milliCpu > (millicores(budget.cpu) ?? Infinity)) {
    problems.push({
      path: ["platform", "budget", "cpu"],
      message: `at least the sum of all requests, ${requests.cpu}; raise the budget, or lower replicas or requests`,
    });
  }
  if (requests.memoryBytes > (bytes(budget.memory) ?? Infinity)) {
    problems.push({
      path: ["platform", "budget", "memory"],
      message: `at least the sum of all requests, ${requests.memory}; raise the budget, or lower replicas or requests`,
    });
  }
  return problems;
}
