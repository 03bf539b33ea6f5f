/** A text as the reason of a close frame, which holds 123 bytes. */
export function closeReason(text: string): string {
  return Buffer.from(text)
    .subarray(0, 120)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
}
