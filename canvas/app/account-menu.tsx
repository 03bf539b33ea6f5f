import { LogOut, UserRound } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import { type Caller, signOut } from "#server/contract/session.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { leaveBrowser } from "../offline/leave-browser.ts";
import { unsavedDrafts } from "../offline/stored-drafts.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { initials } from "../ui/initials.ts";
import { Menu } from "../ui/menu.tsx";

/** Who is signed in here. */
export function AccountMenu({ caller }: { caller: Extract<Caller, { kind: "user" }> }) {
  const navigate = useNavigate();
  const leave = useChange(signOut);
  const [unsaved, setUnsaved] = useState("");
  const end = () =>
    leave.mutate(
      {},
      {
        // the page begins anew, so that nothing of what was loaded stays
        onSuccess: () => void leaveBrowser(caller.id).then(() => location.assign("/sign-in")),
        onError: (error) => toast.error("You are still signed in", { description: errorText(error) }),
      },
    );
  const ask = async () => {
    const drafts = await unsavedDrafts(caller.id).catch(() => []);
    if (drafts.length === 0) end();
    else setUnsaved(drafts.map(({ name }) => `“${name}”`).join(", "));
  };
  const menu = (
    <Menu
      side="right"
      trigger={
        <button
          type="button"
          aria-label={`Account of ${caller.name}`}
          title={caller.name}
          className="mt-1 flex size-8 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-2xs text-accent hover:brightness-110"
        >
          {initials(caller.name)}
        </button>
      }
      items={[
        { type: "heading", label: caller.name, detail: caller.email },
        { type: "separator", id: "account" },
        { type: "action", label: "Profile", icon: <UserRound size={14} />, onSelect: () => void navigate("/profile") },
        { type: "action", label: "Sign out", icon: <LogOut size={14} />, onSelect: () => void ask() },
      ]}
    />
  );
  return (
    <>
      {menu}
      <ConfirmDialog
        open={unsaved !== ""}
        title="Sign out and lose edits?"
        text={`This browser has edits of ${unsaved} that are not saved yet. Signing out deletes them. To keep them, open the graph first and wait until it says Saved.`}
        confirm="Sign out anyway"
        busy={leave.isPending}
        onConfirm={end}
        onClose={() => setUnsaved("")}
      />
    </>
  );
}
