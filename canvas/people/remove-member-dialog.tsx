import { toast } from "sonner";
import { listMembers, type Member, removeMember } from "#server/contract/workspaces.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

export function RemoveMemberDialog({ member, onClose }: { member: Member; onClose(): void }) {
  const remove = useChange(removeMember, { stale: [listMembers] });
  const confirm = () =>
    remove.mutate(
      { params: { user: member.id } },
      {
        onSuccess: () => {
          toast.success(`${member.name} is no longer a member`);
          onClose();
        },
        onError: (error) => toast.error(`${member.name} was not removed`, { description: errorText(error) }),
      },
    );
  return (
    <ConfirmDialog
      open
      title={`Remove ${member.name}?`}
      text="They lose this workspace at once, in every window that is open, and their API tokens and the graphs shared with them here end. What they made stays."
      confirm="Remove"
      busy={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
