/** The source of an MCP server (stdio) that tells its environment to whoever asks, and to its log. */
export const REFLECTING_MCP_SERVER = `
const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("SECRET_")));
const said = () => ({ ...own, encoded: Object.values(own).map((value) => [Buffer.from(value).toString("base64"), Buffer.from(value).toString("hex")]) });
console.error("Started with " + JSON.stringify(said()));
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "reflecting", version: "1.0.0" } }),
  "tools/list": () => ({ tools: [
    { name: "reflect", description: "Says what it knows.", inputSchema: { type: "object" } },
    { name: "fail", description: "Fails, and says why.", inputSchema: { type: "object" } },
  ] }),
  "tools/call": ({ name }) => ({ isError: name === "fail", content: [{ type: "text", text: JSON.stringify(said()) }] }),
  ping: () => ({}),
};
let rest = "";
process.stdin.setEncoding("utf8").on("data", (text) => {
  const lines = (rest + text).split("\\n");
  rest = lines.pop();
  for (const line of lines.filter(Boolean)) {
    const { id, method, params = {} } = JSON.parse(line);
    if (id === undefined) continue;
    const answer = answers[method];
    console.log(JSON.stringify({ jsonrpc: "2.0", id, ...(answer ? { result: answer(params) } : { error: { code: -32601, message: "No " + JSON.stringify(said()) } }) }));
  }
});
`;
