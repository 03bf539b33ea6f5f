/** As whom the others see somebody, whatever their client says. */
export interface SeenAs {
  id: string;
  name: string;
  /** Has no account: is called what the client says, and a guest. */
  isGuest: boolean;
}

/** Characters of a name that other windows show. */
const MOST = 40;

/** A state of presence with the person written in; what says nothing of a person is shown by nobody and stays as it is. */
export function writeSeenAs(state: unknown, { id, name, isGuest }: SeenAs): unknown {
  if (!isObject(state) || !isObject(state.user)) return state;
  const shown = isGuest ? { name: guestName(state.user.name), role: "guest" } : { name: name.slice(0, MOST) };
  return { ...state, user: { ...state.user, id, ...shown } };
}

function guestName(said: unknown): string {
  const name = typeof said === "string" ? said.trim() : "";
  return (/^guest\b/i.test(name) ? name : `Guest ${name}`).trim().slice(0, MOST);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
