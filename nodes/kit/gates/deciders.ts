import { defineService } from "#runtime/node/service.ts";

/** Who decides in the workspace of a run. */
export interface Deciders {
  /** Whether somebody who decided what was for nobody in particular might do so now, too: members lose roles, and leave. */
  mayStillDecide(by: string): Promise<boolean>;
}

export const deciders = defineService<Deciders>("deciders");
