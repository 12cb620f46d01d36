import * as canopyNode from "./canopy-node";
import * as canopyx from "./canopyx";
import * as chronik from "./chronik";
import * as clickhouse from "./clickhouse";
import type { Contract } from "./contract";
import * as core from "./core";
import * as mongodb from "./mongodb";
import * as monitoring from "./monitoring";
import * as redis from "./redis";
import * as rpcMock from "./rpc-mock";

/** What every program of the bed reads. */
export const CONTRACTS: readonly Contract[] = [core, clickhouse, redis, mongodb, canopyNode, rpcMock, canopyx, chronik, monitoring].flatMap(
  (each) => each.CONTRACTS,
);
