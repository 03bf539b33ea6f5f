/** A simple-query message of the Postgres protocol: 'Q', length, text, zero. */
export function simpleQuery(text: string): Uint8Array {
  const body = Buffer.from(`${text}\0`, "utf8");
  const message = Buffer.alloc(5 + body.length);
  message.write("Q", 0, "latin1");
  message.writeInt32BE(4 + body.length, 1);
  body.copy(message, 5);
  return message;
}

/** The answer to a start-up packet: authenticated ('R', 0), ready and idle ('Z', 'I'). */
export function startupAnswer(): Uint8Array<ArrayBuffer> {
  return new Uint8Array([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
}

/** Whether an answer is complete: it ends with "ready for query" ('Z', length 5, one byte of state). */
export function endsReady(answer: Uint8Array): boolean {
  const end = answer.subarray(-6);
  return end.length === 6 && end[0] === 0x5a && end[4] === 5;
}

/** Whether a client says goodbye ('X'); nothing answers that. */
export function isTerminate(message: Uint8Array): boolean {
  return message[0] === 0x58;
}
