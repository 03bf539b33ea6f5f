import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { type Credential, listCredentials } from "#server/contract/credentials.ts";
import { call } from "../api/client.ts";
import { useApiPages } from "../api/queries.ts";
import { MasterDetail } from "../pages/master-detail.tsx";
import { PageFrame } from "../pages/page-frame.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { MayButton } from "../session/may-button.tsx";
import { useSession } from "../session/use-session.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { StatusDot } from "../ui/status.tsx";
import { useSearch } from "../ui/use-search.ts";
import { CredentialDetail } from "./credential-detail.tsx";
import { CredentialDialog } from "./credential-dialog.tsx";
import { KIND_WORDS } from "./credential-words.ts";

const PAGE = 100;
const REFRESH_MS = 30_000;

/** Secrets that nodes send along with their calls. */
export function CredentialsPage() {
  const search = useSearch();
  const [isAdding, setAdding] = useState(false);
  const session = useSession();
  const filter = search.settled === "" ? {} : { search: search.settled };
  const credentials = useApiPages(
    { id: listCredentials.id, page: (cursor, signal) => call(listCredentials, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const [params, setParams] = useSearchParams();
  const choose = (id: string) => setParams({ id }, { replace: true });
  const addButton = (
    <MayButton action="credential.manage" look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>
      Add credential
    </MayButton>
  );
  return (
    <PageFrame
      title="Credentials"
      text="Keys and passwords that nodes send along with their calls. A secret goes in, is sent where it may go, and is never shown again."
      actions={addButton}
      toolbar={<SearchInput label="Search credentials" placeholder="Search by name" value={search.typed} onChange={search.set} className="w-72" />}
    >
      {session?.person === false && session.mode === "single-user" && <PersonNotice what="Credentials are shown, but only a person can add or change them." />}
      <PagedList
        what="credentials"
        query={credentials}
        empty={
          search.settled === "" ? (
            <EmptyState
              icon={<KeyRound size={18} aria-hidden />}
              title="No credentials yet"
              text="A credential holds one secret and says to which hosts it may be sent. Nodes name it; they never see the secret."
              actions={addButton}
            />
          ) : (
            <NothingFits title="No credential fits" text={`No credential is called "${search.settled}" or like it.`} onShowAll={() => search.set("")} />
          )
        }
      >
        {(items) => (
          <MasterDetail label="Credentials" items={items} chosen={params.get("id")} onChoose={choose} row={rowOf}>
            {(credential) => <CredentialDetail key={credential.id} credential={credential} />}
          </MasterDetail>
        )}
      </PagedList>
      {isAdding && <CredentialDialog onSaved={({ id }) => choose(id)} onClose={() => setAdding(false)} />}
    </PageFrame>
  );
}

const rowOf = ({ name, settings, health }: Credential) => ({
  icon: <StatusDot health={health.state} />,
  title: name,
  text: KIND_WORDS[settings.kind].label,
});
