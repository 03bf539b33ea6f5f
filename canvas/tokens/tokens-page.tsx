import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { listTokens, revokeToken, type Token } from "#server/contract/tokens.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages, useChange } from "../api/queries.ts";
import { PageFrame } from "../pages/page-frame.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { MayButton } from "../session/may-button.tsx";
import { SCOPE_WORDS } from "../session/roles.ts";
import { useSession } from "../session/use-session.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { ActionsHeadCell, Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";
import { CreateTokenDialog } from "./create-token-dialog.tsx";

const PAGE = 50;
const REFRESH_MS = 30_000;
const FILTERS = [
  { value: "active", label: "Active" },
  { value: "expired", label: "Expired" },
  { value: "revoked", label: "Revoked" },
  { value: "all", label: "All tokens" },
];
type OpenDialog = { type: "create" } | { type: "revoke"; token: Token };

/** With what scripts call this workspace's API. */
export function TokensPage() {
  const search = useSearch();
  const [shown, setShown] = useState("active");
  const [dialog, setDialog] = useState<OpenDialog | undefined>(undefined);
  const session = useSession();
  const state = (["active", "expired", "revoked"] as const).find((each) => each === shown);
  const filter = { ...(state && { state }), ...(search.settled !== "" && { search: search.settled }) };
  const tokens = useApiPages(
    { id: listTokens.id, page: (cursor, signal) => call(listTokens, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const close = () => setDialog(undefined);
  const create = (
    <MayButton action="token.manage" look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setDialog({ type: "create" })}>
      New token
    </MayButton>
  );
  const isFiltered = search.settled !== "" || shown === "expired" || shown === "revoked";
  const showAll = () => {
    search.set("");
    setShown("all");
  };
  return (
    <PageFrame
      title="API tokens"
      text={`Scripts use them to call Heddle's API${session?.workspace ? ` in ${session.workspace.name}` : ""}. A token does what its maker may do, as far as its scopes go.`}
      actions={create}
      toolbar={
        <>
          <SearchInput label="Search tokens" placeholder="Search by name" value={search.typed} onChange={search.set} className="w-72" />
          <Select label="Which tokens" className="w-36!" value={shown} options={FILTERS} onChange={setShown} />
        </>
      }
    >
      {hasCode(tokens.error, "person-required") ? (
        <PersonNotice what="Only a person sees and makes tokens." />
      ) : (
        <PagedList
          what="tokens"
          query={tokens}
          empty={
            isFiltered ? (
              <NothingFits title="No token fits" onShowAll={showAll} />
            ) : (
              <EmptyState
                icon={<KeyRound size={18} aria-hidden />}
                title="No tokens yet"
                text="Make one for a script, a schedule of another system or a command line. It is shown once."
                actions={create}
              />
            )
          }
        >
          {(items) => <TokenTable tokens={items} onRevoke={(token) => setDialog({ type: "revoke", token })} />}
        </PagedList>
      )}
      {dialog?.type === "create" && <CreateTokenDialog onClose={close} />}
      {dialog?.type === "revoke" && <RevokeDialog token={dialog.token} onClose={close} />}
    </PageFrame>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: readonly Token[]; onRevoke(token: Token): void }) {
  const self = useSession()?.actor;
  return (
    <Table label="API tokens">
      <thead>
        <tr>
          <HeadCell className="min-w-44">Name</HeadCell>
          <HeadCell className="w-40">Scopes</HeadCell>
          <HeadCell className="w-32">Last used</HeadCell>
          <HeadCell className="w-36 max-md:hidden">Expires</HeadCell>
          <ActionsHeadCell className="w-28" />
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <Row key={token.id}>
            <Cell className="max-w-0 py-2">
              <p className="flex items-center gap-2">
                <span className="truncate font-medium">{token.name}</span>
                {token.state !== "active" && <Badge tone={token.state === "expired" ? "warning" : "neutral"}>{token.state}</Badge>}
              </p>
              <p className="truncate text-ink-faint text-xs">
                <code>{token.hint}…</code> · {token.createdBy.id === self ? "yours" : `of ${token.createdBy.name}`}
              </p>
            </Cell>
            <Cell className="text-xs">{token.scopes.map((scope) => SCOPE_WORDS[scope].label).join(", ")}</Cell>
            <Cell className="text-ink-muted text-xs">{token.lastUsedAt ? <TimeAgo time={token.lastUsedAt} /> : "never"}</Cell>
            <Cell className="text-ink-muted text-xs max-md:hidden">
              {token.expiresAt ? new Date(token.expiresAt).toLocaleDateString("en", { dateStyle: "medium" }) : "never"}
            </Cell>
            <Cell className="text-right">
              {token.state === "active" && (
                <Button size="small" look="quiet" className="text-danger!" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
                  Revoke…
                </Button>
              )}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function RevokeDialog({ token, onClose }: { token: Token; onClose(): void }) {
  const revoke = useChange(revokeToken, { stale: [listTokens] });
  const confirm = () =>
    revoke.mutate(
      { params: { token: token.id } },
      {
        onSuccess: () => {
          toast.success(`"${token.name}" is revoked`);
          onClose();
        },
        onError: (error) => toast.error("The token still works", { description: errorText(error) }),
      },
    );
  return (
    <ConfirmDialog
      open
      title={`Revoke "${token.name}"?`}
      text="It stops working at once, for good. Whatever uses it needs another one."
      confirm="Revoke"
      busy={revoke.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
