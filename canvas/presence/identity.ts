import { z } from "zod";

const identitySchema = z.object({
  name: z.string().min(1).max(40),
  colour: z.string().regex(/^#[0-9a-f]{6}$/),
});
export type Identity = z.infer<typeof identitySchema>;

const COLOURS = ["#7fb3ff", "#f7a36f", "#8ddb9a", "#e59bf2", "#f2cf6b", "#6fd8d2", "#ff9bb3", "#b9a6ff"] as const;
const KEY = "heddle.identity";

/** What others see this window as. Kept for the browser tab, so that a reload stays the same person. */
export function ownIdentity(): Identity {
  const stored = readStored();
  if (stored) return stored;
  const number = 1 + Math.floor(Math.random() * 99);
  const identity = {
    name: `Guest ${number}`,
    colour: COLOURS[number % COLOURS.length] ?? COLOURS[0],
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(identity));
  } catch {
    // storage may be switched off: then a reload is somebody new
  }
  return identity;
}

function readStored(): Identity | undefined {
  try {
    return identitySchema.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? "null")).data;
  } catch {
    return undefined;
  }
}
