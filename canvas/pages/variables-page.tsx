import { Braces, Ellipsis, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { deleteVariable, listVariables, type Variable } from "#server/contract/variables.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages, useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { useNameOf } from "../session/use-name-of.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { ActionsHeadCell, Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";
import { PageFrame } from "./page-frame.tsx";
import { PagedList } from "./paged-list.tsx";
import { VariableDialog } from "./variables-page-dialog.tsx";
import { previewOf } from "./variables-page-value.ts";

const PAGE = 100;
const REFRESH_MS = 15_000;
type OpenDialog = { type: "add" } | { type: "edit" | "delete"; variable: Variable };

/** Values that all runs of the workspace share. */
export function VariablesPage() {
  const search = useSearch();
  const [dialog, setDialog] = useState<OpenDialog | undefined>(undefined);
  const filter = search.settled === "" ? {} : { search: search.settled };
  const variables = useApiPages(
    { id: listVariables.id, page: (cursor, signal) => call(listVariables, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const addButton = (
    <MayButton action="variable.write" look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setDialog({ type: "add" })}>
      Add variable
    </MayButton>
  );
  const close = () => setDialog(undefined);
  return (
    <PageFrame
      title="Variables"
      text="Values that all graphs of this workspace can read and change."
      actions={addButton}
      toolbar={<SearchInput label="Search variables" placeholder="Search by name" value={search.typed} onChange={search.set} className="w-72" />}
    >
      <PagedList
        what="variables"
        query={variables}
        empty={
          search.settled === "" ? (
            <EmptyState
              icon={<Braces size={18} aria-hidden />}
              title="No variables yet"
              text="A variable keeps a value from one run to the next: a counter, the last item seen, a setting that many graphs share. Add one here, or let a graph set it."
              actions={addButton}
            />
          ) : (
            <NothingFits title="No variable fits" text={`No variable is called "${search.settled}" or like it.`} onShowAll={() => search.set("")} />
          )
        }
      >
        {(items) => (
          <VariableTable
            variables={items}
            onEdit={(variable) => setDialog({ type: "edit", variable })}
            onDelete={(variable) => setDialog({ type: "delete", variable })}
          />
        )}
      </PagedList>
      {dialog?.type === "add" && <VariableDialog onClose={close} />}
      {dialog?.type === "edit" && <VariableDialog variable={dialog.variable} onClose={close} />}
      {dialog?.type === "delete" && <DeleteDialog variable={dialog.variable} onClose={close} />}
    </PageFrame>
  );
}

interface VariableTableProps {
  variables: readonly Variable[];
  onEdit(variable: Variable): void;
  onDelete(variable: Variable): void;
}

function VariableTable({ variables, onEdit, onDelete }: VariableTableProps) {
  return (
    <Table label="Variables">
      <thead>
        <tr>
          <HeadCell>Name</HeadCell>
          <HeadCell className="w-1/2">Value</HeadCell>
          <HeadCell className="w-36 max-md:hidden">Changed</HeadCell>
          <ActionsHeadCell className="w-12" />
        </tr>
      </thead>
      <tbody>
        {variables.map((variable) => (
          <VariableRow key={variable.name} variable={variable} onEdit={() => onEdit(variable)} onDelete={() => onDelete(variable)} />
        ))}
      </tbody>
    </Table>
  );
}

function VariableRow({ variable, onEdit, onDelete }: { variable: Variable; onEdit(): void; onDelete(): void }) {
  const { name, value, description, updatedAt, updatedBy } = variable;
  const whyNot = useWhyNotByRole("variable.write");
  const nameOf = useNameOf();
  return (
    <Row className="cursor-pointer" onClick={(event) => event.target instanceof Element && !event.target.closest("a, button, [role=menu]") && onEdit()}>
      <Cell className="max-w-0 py-2.5">
        <button type="button" onClick={onEdit} className="max-w-full truncate rounded-sm text-left font-medium font-mono text-xs hover:text-accent">
          {name}
        </button>
        {description !== "" && <p className="truncate text-ink-faint text-xs">{description}</p>}
      </Cell>
      <Cell className="max-w-0">
        <code className="block truncate text-ink-muted text-xs">{previewOf(value)}</code>
      </Cell>
      <Cell className="text-ink-muted text-xs max-md:hidden" title={`Last changed by ${nameOf(updatedBy)}`}>
        <TimeAgo time={updatedAt} />
      </Cell>
      <Cell className="pr-2 text-right">
        <Menu
          trigger={<IconButton label={`Actions for ${name}`} icon={<Ellipsis size={16} />} />}
          items={[
            { type: "action", label: "Edit…", icon: <Pencil size={14} />, disabled: whyNot !== undefined, detail: whyNot, onSelect: onEdit },
            { type: "separator", id: "delete" },
            {
              type: "action",
              label: "Delete…",
              icon: <Trash2 size={14} />,
              danger: true,
              disabled: whyNot !== undefined,
              detail: whyNot,
              onSelect: onDelete,
            },
          ]}
        />
      </Cell>
    </Row>
  );
}

function DeleteDialog({ variable, onClose }: { variable: Variable; onClose(): void }) {
  const remove = useChange(deleteVariable, { stale: [listVariables] });
  const confirm = () =>
    remove.mutate(
      { params: { name: variable.name } },
      {
        onSuccess: () => {
          toast.success(`"${variable.name}" is deleted`);
          onClose();
        },
        onError: (error) => toast.error("The variable was not deleted", { description: errorText(error) }),
      },
    );
  return (
    <ConfirmDialog
      open
      title={`Delete "${variable.name}"?`}
      text="What it holds is gone. Graphs that read it get their default, or fail where they have none."
      confirm="Delete"
      busy={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
