/** Tests that talk to an engine, a control plane or real servers. */
jest.setTimeout(30 * 60_000);
