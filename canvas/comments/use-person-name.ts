import { useSession } from "../session/use-session.ts";

/** What somebody who commented is called here. */
export function usePersonName(): (person: { id: string; name: string }) => string {
  const self = useSession()?.actor;
  return ({ id, name }) => (id === self ? "You" : name || (id === "local" ? "The owner of this Heddle" : "Somebody who left"));
}
