import { toast } from "sonner";
import { leaveWorkspace } from "#server/contract/workspaces.ts";
import { errorText } from "../api/api-problem.ts";
import { chooseWorkspace } from "../api/chosen-workspace.ts";
import { useChange } from "../api/queries.ts";
import { useSession } from "../session/use-session.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

/** Leaves the workspace one is in. */
export function LeaveDialog({ onClose }: { onClose(): void }) {
  const workspace = useSession()?.workspace;
  const leave = useChange(leaveWorkspace);
  if (!workspace) return null;
  const confirm = () =>
    leave.mutate(
      { params: { id: workspace.id } },
      {
        onSuccess: () => {
          chooseWorkspace(undefined);
          // the page begins anew, in another workspace or in none
          location.assign("/");
        },
        onError: (error) => toast.error(`You are still in ${workspace.name}`, { description: errorText(error) }),
      },
    );
  return (
    <ConfirmDialog
      open
      title={`Leave ${workspace.name}?`}
      text="You lose what is in it at once, and your API tokens for it end. What you made stays. To come back, you have to be invited again."
      confirm="Leave"
      busy={leave.isPending || leave.isSuccess}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
