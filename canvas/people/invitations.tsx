import { Mail, UserPlus } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { type Invitation, listInvitations, revokeInvitation } from "#server/contract/workspaces.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages, useChange } from "../api/queries.ts";
import { PagedList } from "../pages/paged-list.tsx";
import { MayButton } from "../session/may-button.tsx";
import { ROLE_WORDS } from "../session/roles.ts";
import { useMay, useWhyNot } from "../session/use-may.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { Section } from "../ui/section.tsx";
import { Select } from "../ui/select.tsx";
import { ActionsHeadCell, Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { InviteDialog } from "./invite-dialog.tsx";

const PAGE = 50;
const REFRESH_MS = 30_000;
type State = Invitation["state"];
const STATE_WORDS: Readonly<Record<State, { label: string; tone: "accent" | "neutral" | "warning" }>> = {
  open: { label: "Open", tone: "accent" },
  accepted: { label: "Accepted", tone: "neutral" },
  revoked: { label: "Taken back", tone: "neutral" },
  expired: { label: "Expired", tone: "warning" },
};
const FILTERS = [
  { value: "all", label: "All invitations" },
  ...(["open", "accepted", "revoked", "expired"] as const).map((value) => ({ value, label: STATE_WORDS[value].label })),
];

export function Invitations() {
  const [isInviting, setInviting] = useState(false);
  const mayManage = useMay("member.manage");
  const whyNot = useWhyNot("member.manage");
  const button = (
    <MayButton action="member.manage" look="primary" icon={<UserPlus size={15} aria-hidden />} onClick={() => setInviting(true)}>
      Invite
    </MayButton>
  );
  return (
    <Section title="Invitations" text={mayManage ? "A link lets one person join, for seven days." : whyNot} actions={button}>
      {mayManage && <InvitationList onInvite={() => setInviting(true)} />}
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Section>
  );
}

function InvitationList({ onInvite }: { onInvite(): void }) {
  const [shown, setShown] = useState("open");
  const [taking, setTaking] = useState<Invitation | undefined>(undefined);
  const state = FILTERS.find(({ value }) => value === shown && value !== "all")?.value as State | undefined;
  const filter = state ? { state } : {};
  const invitations = useApiPages(
    { id: listInvitations.id, page: (cursor, signal) => call(listInvitations, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  return (
    <>
      <Select label="Which invitations" className="w-44!" value={shown} options={FILTERS} onChange={setShown} />
      <PagedList
        what="invitations"
        query={invitations}
        empty={
          shown === "open" || shown === "all" ? (
            <EmptyState
              icon={<Mail size={18} aria-hidden />}
              title={shown === "open" ? "No open invitations" : "No invitations yet"}
              text="Invite somebody by e-mail, or make a link and send it to them yourself."
              actions={<Button onClick={onInvite}>Invite</Button>}
            />
          ) : (
            <NothingFits title="No invitation is in this state" onShowAll={() => setShown("all")} />
          )
        }
      >
        {(items) => <InvitationTable invitations={items} onRevoke={setTaking} />}
      </PagedList>
      {taking && <RevokeDialog invitation={taking} onClose={() => setTaking(undefined)} />}
    </>
  );
}

function InvitationTable({ invitations, onRevoke }: { invitations: readonly Invitation[]; onRevoke(invitation: Invitation): void }) {
  return (
    <Table label="Invitations">
      <thead>
        <tr>
          <HeadCell className="min-w-44">For</HeadCell>
          <HeadCell className="w-28">Role</HeadCell>
          <HeadCell className="w-28">State</HeadCell>
          <HeadCell className="w-36 max-md:hidden">Made</HeadCell>
          <HeadCell className="w-44 max-md:hidden">Works until</HeadCell>
          <ActionsHeadCell className="w-32" />
        </tr>
      </thead>
      <tbody>
        {invitations.map((invitation) => (
          <Row key={invitation.id}>
            <Cell className="max-w-0 truncate font-medium">{invitation.email ?? "Whoever has the link"}</Cell>
            <Cell>{ROLE_WORDS[invitation.role].label}</Cell>
            <Cell>
              <Badge tone={STATE_WORDS[invitation.state].tone}>{STATE_WORDS[invitation.state].label}</Badge>
            </Cell>
            <Cell className="text-ink-muted text-xs max-md:hidden">
              <TimeAgo time={invitation.createdAt} />
            </Cell>
            <Cell className="text-ink-muted text-xs max-md:hidden">
              {new Date(invitation.expiresAt).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}
            </Cell>
            <Cell className="text-right">
              {invitation.state === "open" && (
                <Button
                  size="small"
                  look="quiet"
                  className="text-danger!"
                  aria-label={`Take back the invitation for ${invitation.email ?? "whoever has the link"}`}
                  onClick={() => onRevoke(invitation)}
                >
                  Take back…
                </Button>
              )}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function RevokeDialog({ invitation, onClose }: { invitation: Invitation; onClose(): void }) {
  const revoke = useChange(revokeInvitation, { stale: [listInvitations] });
  const confirm = () =>
    revoke.mutate(
      { params: { invitation: invitation.id } },
      {
        onSuccess: () => {
          toast.success("The invitation is taken back");
          onClose();
        },
        onError: (error) => toast.error("The invitation still stands", { description: errorText(error) }),
      },
    );
  return (
    <ConfirmDialog
      open
      title="Take the invitation back?"
      text="Its link stops working. You can invite again at any time."
      confirm="Take back"
      busy={revoke.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
