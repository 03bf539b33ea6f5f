import { randomBytes } from "node:crypto";

/** Secrets that nobody else would ever write, to be looked for afterwards. */
export interface Canaries {
  /** A new one: of characters that encodings change. `plain`: letters, digits, - and _ alone. */
  make(what: string, kind?: "plain"): string;
  /** One that the server made. */
  add(what: string, secret: string): string;
  count(): number;
  /** What was found in a text, in whatever encoding. */
  foundIn(text: string): string[];
}

/** What all begin with that are made here: a text without it, in whatever encoding, has none of them. */
const MARK = "CanaryBird";

export function createCanaries(): Canaries {
  const secrets: { what: string; isMarked: boolean; needles: string[] }[] = [];
  const marks = [...spellingsOf(MARK)];
  const add = (what: string, secret: string) => {
    secrets.push({ what, isMarked: secret.startsWith(MARK), needles: [...spellingsOf(secret)] });
    return secret;
  };
  return {
    add,
    make: (what, kind) =>
      add(what, kind === "plain" ? `${MARK}_${randomBytes(15).toString("base64url")}` : `${MARK}/${randomBytes(15).toString("base64")}+&"%=~`),
    count: () => secrets.length,
    foundIn: (text) => {
      const hasMark = marks.some((mark) => text.includes(mark));
      const sought = hasMark ? secrets : secrets.filter(({ isMarked }) => !isMarked);
      return sought.filter(({ needles }) => needles.some((needle) => text.includes(needle))).map(({ what }) => what);
    },
  };
}

/** Ways to write a secret down; those of base64 wherever it stands in a longer text. */
function spellingsOf(secret: string): Set<string> {
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const everyByte = hex.replace(/../g, "%$&");
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    // what stands before and after it has a say in the characters at its ends
    return text.slice(before === 0 ? 0 : 4, -4);
  });
  const percent = [encodeURIComponent(secret), encodeURI(secret), new URLSearchParams({ a: secret }).toString().slice(2), everyByte];
  return new Set([
    ...[secret, json, JSON.stringify(json).slice(1, -1), hex, hex.toUpperCase()],
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    ...percent.flatMap((text) => [text, text.toUpperCase() === text ? text : text.replace(/%[0-9A-Fa-f]{2}/g, (code) => code.toLowerCase())]),
    everyByte.toUpperCase(),
  ]);
}
