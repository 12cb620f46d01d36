import { type Row, unread, unreadImage, unreadResources } from "../row";

const REASON =
  "nobody publishes an image of the mock, and the lab builds none; its arguments are held by unit tests, and are those that its source reads";
const ARGS = "pod rpc-mock: arguments";

export const RPC_MOCK_ROWS: readonly Row[] = [
  ...unreadImage("rpcMock.image", "rpc-mock", REASON),
  ...unread("rpcMock", REASON, { chains: `${ARGS}; ports of Service and pod`, blocks: ARGS, startChainId: `${ARGS}; names of the ports` }),
  ...unreadResources("rpcMock", "rpc-mock", REASON),
];
