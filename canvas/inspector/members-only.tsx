import type { Action } from "#server/contract/access.ts";
import { useWhyNotByRole } from "../session/use-may.ts";

/** Says in place of a list, to whom the workspace does not show it, why there is nothing to choose from. */
export function MembersOnly({ action, what }: { action: Action; what: string }) {
  const reason = useWhyNotByRole(action);
  return reason === undefined ? null : (
    <p className="text-ink-faint text-xs">
      Only members of the workspace choose from its {what}. {reason}
    </p>
  );
}
