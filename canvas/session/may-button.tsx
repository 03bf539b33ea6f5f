import type { Action } from "#server/contract/access.ts";
import { Button, type ButtonProps } from "../ui/button.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { useWhyNotByRole } from "./use-may.ts";

/** A button for what takes a role: who lacks it sees the button disabled, with why and whom to ask. */
export function MayButton({ action, disabled, ...rest }: ButtonProps & { action: Action }) {
  const reason = useWhyNotByRole(action);
  return (
    <NotAllowed reason={reason}>
      <Button {...rest} disabled={disabled === true || reason !== undefined} />
    </NotAllowed>
  );
}
