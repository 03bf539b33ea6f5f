import { LogOut, UserMinus, Users } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { roleSchema } from "#server/contract/access.ts";
import { changeMember, listMembers, type Member } from "#server/contract/workspaces.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages, useChange } from "../api/queries.ts";
import { PagedList } from "../pages/paged-list.tsx";
import { ROLE_OPTIONS, ROLE_WORDS } from "../session/roles.ts";
import { useWhyNot } from "../session/use-may.ts";
import { useSession } from "../session/use-session.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Section } from "../ui/section.tsx";
import { Select } from "../ui/select.tsx";
import { ActionsHeadCell, Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";
import { LeaveDialog } from "./leave-dialog.tsx";
import { RemoveMemberDialog } from "./remove-member-dialog.tsx";

const PAGE = 50;
const REFRESH_MS = 30_000;
type OpenDialog = { type: "leave" } | { type: "remove"; member: Member };

export function Members() {
  const search = useSearch();
  const [dialog, setDialog] = useState<OpenDialog | undefined>(undefined);
  const filter = search.settled === "" ? {} : { search: search.settled };
  const members = useApiPages(
    { id: listMembers.id, page: (cursor, signal) => call(listMembers, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const close = () => setDialog(undefined);
  return (
    <Section
      title="Members"
      toolbar={<SearchInput label="Search members" placeholder="Search by name or e-mail" value={search.typed} onChange={search.set} className="w-72" />}
    >
      <PagedList
        what="members"
        query={members}
        empty={
          search.settled === "" ? (
            <EmptyState icon={<Users size={18} aria-hidden />} title="Nobody is here" text="Invite somebody below." />
          ) : (
            <NothingFits title="Nobody fits" text={`Nobody is called "${search.settled}" or like it.`} onShowAll={() => search.set("")} />
          )
        }
      >
        {(items) => <MemberTable members={items} onLeave={() => setDialog({ type: "leave" })} onRemove={(member) => setDialog({ type: "remove", member })} />}
      </PagedList>
      {dialog?.type === "leave" && <LeaveDialog onClose={close} />}
      {dialog?.type === "remove" && <RemoveMemberDialog member={dialog.member} onClose={close} />}
    </Section>
  );
}

function MemberTable({ members, onLeave, onRemove }: { members: readonly Member[]; onLeave(): void; onRemove(member: Member): void }) {
  const whyNot = useWhyNot("member.manage");
  const self = useSession()?.actor;
  return (
    <Table label="Members">
      <thead>
        <tr>
          <HeadCell className="min-w-44">Name</HeadCell>
          <HeadCell className="w-44">Role</HeadCell>
          <HeadCell className="w-36 max-md:hidden">Joined</HeadCell>
          <ActionsHeadCell className="w-32" />
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <Row key={member.id}>
            <Cell className="max-w-0 py-2">
              <p className="flex items-center gap-2">
                <span className="truncate font-medium">{member.name}</span>
                {member.id === self && <Badge>you</Badge>}
              </p>
              <p className="truncate text-ink-faint text-xs">{member.email}</p>
            </Cell>
            <Cell>
              <RoleChoice member={member} whyNot={whyNot} />
            </Cell>
            <Cell className="text-ink-muted text-xs max-md:hidden">
              <TimeAgo time={member.joinedAt} />
            </Cell>
            <Cell className="text-right">
              {member.id === self ? (
                <Button size="small" look="quiet" icon={<LogOut size={13} aria-hidden />} onClick={onLeave}>
                  Leave…
                </Button>
              ) : (
                whyNot === undefined && (
                  <Button
                    size="small"
                    look="quiet"
                    className="text-danger!"
                    icon={<UserMinus size={13} aria-hidden />}
                    aria-label={`Remove ${member.name}`}
                    onClick={() => onRemove(member)}
                  >
                    Remove…
                  </Button>
                )
              )}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function RoleChoice({ member, whyNot }: { member: Member; whyNot: string | undefined }) {
  const change = useChange(changeMember, { stale: [listMembers] });
  const set = (chosen: string) => {
    const role = roleSchema.parse(chosen);
    if (role === member.role) return;
    change.mutate(
      { params: { user: member.id }, body: { role } },
      {
        onSuccess: () => toast.success(`${member.name}: ${ROLE_WORDS[role].label}`),
        onError: (error) => toast.error("The role was not changed", { description: errorText(error) }),
      },
    );
  };
  return (
    <NotAllowed reason={whyNot}>
      <Select
        label={`Role of ${member.name}`}
        className="w-36!"
        value={change.isPending ? change.variables.body.role : member.role}
        options={ROLE_OPTIONS}
        disabled={whyNot !== undefined || change.isPending}
        onChange={set}
      />
    </NotAllowed>
  );
}
