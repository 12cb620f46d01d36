import { leafAnnotations } from "./deletion";

/**
 * Awaiting a Service costs at least 10 s and deadlocks when its pods wait for it; readiness is judged on the
 * workload (decision D4). This is the only place where `skipAwait` may stand.
 */
export const serviceAnnotations = { ...leafAnnotations, "pulumi.com/skipAwait": "true" };

/** Addresses of pods before they are ready: peers must find each other to become ready at all. */
export const peersSpec = { clusterIP: "None", publishNotReadyAddresses: true };

/** Addresses of ready pods, one per pod: clients balance themselves. */
export const headlessSpec = { clusterIP: "None" };
