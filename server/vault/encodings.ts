/**
 * A secret as it may stand in what a node puts out: as it is, and in the encodings that requests, answers and logs use. Those of base64 find it
 * inside other text as well (`user:secret` of basic authentication, a token inside a JSON document).
 */
export function encodingsOf(secret: string): Set<string> {
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const json = JSON.stringify(secret).slice(1, -1);
  const ascii = escapeBeyondAscii(json);
  const texts = [
    secret,
    ...percentEncodings(secret),
    ...base64Encodings(bytes),
    hex,
    hex.toUpperCase(),
    ...[json, ascii, json.replaceAll("/", "\\/"), JSON.stringify(json).slice(1, -1)],
    ...htmlEncodings(secret),
  ];
  return new Set(texts.filter((text) => text.length >= SHORTEST));
}

/** Characters: anything shorter would stand in every other text by chance. */
export const SHORTEST = 4;

function percentEncodings(secret: string): string[] {
  const component = encodeURIComponent(secret.toWellFormed());
  const strict = component.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ a: secret }).toString().slice(2);
  const path = encodeURI(secret.toWellFormed());
  const all = [component, strict, form, path];
  return [...all, ...all.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

/** For each of the three places in a group of three bytes at which the secret may begin: the characters that nothing around it changes. */
function base64Encodings(bytes: Buffer): string[] {
  const aligned = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const whole = bytes.toString("base64");
  const all = [...aligned, whole, whole.replace(/=+$/, "")];
  return [...all, ...all.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"))];
}

function escapeBeyondAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function htmlEncodings(secret: string): string[] {
  const base = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = base.replaceAll('"', "&quot;");
  return [base, quoted, quoted.replaceAll("'", "&#39;"), quoted.replaceAll("'", "&#x27;")];
}
