/** What models and MCP clients can call something by that people call `label`: lower-case letters, digits and `_`, at most `length` of them; may be empty. */
export function toolNameOf(label: string, length: number): string {
  return label
    .normalize("NFKD")
    .replace(/[^a-zA-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase()
    .slice(0, length);
}
