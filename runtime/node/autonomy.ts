import { z } from "zod";

/** How far an agent goes by itself: `manual` proposes and a person executes, `copilot` asks before what is not read-only, `autopilot` acts and reports. */
export const autonomySchema = z.enum(["manual", "copilot", "autopilot"]);
export type Autonomy = z.infer<typeof autonomySchema>;

const CAUTION: readonly Autonomy[] = ["manual", "copilot", "autopilot"];

/** The most cautious of them; `autopilot` when none is given. */
export function strictest(...wishes: readonly (Autonomy | undefined)[]): Autonomy {
  return CAUTION.find((autonomy) => wishes.includes(autonomy)) ?? "autopilot";
}
