import { Link } from "react-router";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import { listConnections } from "#server/contract/connections.ts";
import { LANGUAGES } from "#server/contract/knowledge-settings.ts";
import { listConnectionModels } from "#server/contract/models.ts";
import { useApi } from "../api/queries.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import type { CollectionDraft } from "./collection-draft.ts";
import { useKnowledgeFacts } from "./vector-notice.tsx";

interface PartProps {
  draft: CollectionDraft;
  change(part: Partial<CollectionDraft>): void;
  errorsAt(path: string): string[];
}

/** Before a choice that may be left open: Radix takes no empty value. */
const NONE = "none";

export function LanguageField({ draft, change, errorsAt }: PartProps) {
  const options = LANGUAGES.map((language) => ({
    value: language,
    label: language === "simple" ? "Several, or another one" : `${language.charAt(0).toUpperCase()}${language.slice(1)}`,
    ...(language === "simple" && { detail: "Words are compared as they are written" }),
  }));
  return (
    <Field
      label="Language"
      htmlFor="collection-language"
      description="By it the search knows that “weave” and “weaving” are one word, and which words say nothing."
      errors={errorsAt("/language")}
    >
      <Select
        id="collection-language"
        value={draft.language}
        options={options}
        onChange={(language) => change({ language: LANGUAGES.find((each) => each === language) ?? "simple" })}
      />
    </Field>
  );
}

const WAYS = [
  { value: "headings", label: "By headings", detail: "A chunk never reaches over a title: for handbooks, contracts and web pages" },
  { value: "paragraphs", label: "By paragraphs", detail: "Chunks are filled up across titles: for texts with few or very short parts" },
] as const;

/** How documents are cut; also for trying other settings on one of them. */
export function ChunkingFields({ draft, change, errorsAt }: Omit<PartProps, "draft"> & { draft: Pick<CollectionDraft, "by" | "size" | "overlap"> }) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 font-semibold text-sm">How documents are cut</legend>
      <Field label="Cut" htmlFor="chunking-by" errors={errorsAt("/chunking/by")}>
        <Select id="chunking-by" value={draft.by} options={WAYS} onChange={(by) => change({ by: by === "paragraphs" ? "paragraphs" : "headings" })} />
      </Field>
      <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
        <Field
          label="Size, in tokens"
          htmlFor="chunking-size"
          description="Of a chunk at most, 32 to 2,000. Small ones are found more exactly, large ones say more."
          errors={errorsAt("/chunking/size")}
        >
          <Input
            id="chunking-size"
            inputMode="numeric"
            value={draft.size}
            invalid={errorsAt("/chunking/size").length > 0}
            onChange={(event) => change({ size: event.target.value })}
          />
        </Field>
        <Field
          label="Overlap, in tokens"
          htmlFor="chunking-overlap"
          description="What a chunk repeats of the one before, so that nothing falls between two; at most half the size."
          errors={errorsAt("/chunking/overlap")}
        >
          <Input
            id="chunking-overlap"
            inputMode="numeric"
            value={draft.overlap}
            invalid={errorsAt("/chunking/overlap").length > 0}
            onChange={(event) => change({ overlap: event.target.value })}
          />
        </Field>
      </div>
    </fieldset>
  );
}

export function EmbedderFields({ draft, change, errorsAt }: PartProps) {
  const { data } = useKnowledgeFacts();
  const builtIn = data?.builtIn;
  const options = [
    {
      value: "built-in",
      label: "Built in",
      detail: builtIn ? `${builtIn.title}: ${builtIn.languages}, works offline, costs nothing` : "Works offline, costs nothing",
    },
    { value: "connection", label: "A model of a connection", detail: "Other languages and finer meanings; the texts are sent to the provider" },
  ];
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 font-semibold text-sm">What understands their meaning</legend>
      <Field label="Embedder" htmlFor="collection-embedder" errors={draft.embedder === "built-in" ? errorsAt("/embedder") : []}>
        <Select
          id="collection-embedder"
          value={draft.embedder}
          options={options}
          onChange={(embedder) => change({ embedder: embedder === "connection" ? "connection" : "built-in" })}
        />
      </Field>
      {draft.embedder === "connection" && (
        <ModelFields
          id="embedder"
          connection={draft.embedderConnection}
          model={draft.embedderModel}
          onConnection={(embedderConnection) => change({ embedderConnection, embedderModel: "" })}
          onModel={(embedderModel) => change({ embedderModel })}
          errors={{ connection: errorsAt("/embedder/connection"), model: errorsAt("/embedder/model") }}
          help="One that makes embeddings, such as `text-embedding-3-small` or `nomic-embed-text`."
        />
      )}
    </fieldset>
  );
}

export function RerankerFields({ draft, change, errorsAt }: PartProps) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 font-semibold text-sm">Reading the best passages again</legend>
      <ModelFields
        id="reranker"
        isOptional
        connection={draft.rerankerConnection}
        model={draft.rerankerModel}
        onConnection={(rerankerConnection) => change({ rerankerConnection, rerankerModel: "" })}
        onModel={(rerankerModel) => change({ rerankerModel })}
        errors={{ connection: errorsAt("/reranker/connection"), model: errorsAt("/reranker/model") }}
        help="It orders what was found. Better answers, but each search asks it, waits for it, and costs what it costs. Empty: the connection's own."
      />
      {draft.rerankerConnection !== "" && (
        <Field label="Passages it reads" htmlFor="reranker-candidates" description="2 to 50." errors={errorsAt("/reranker/candidates")}>
          <Input
            id="reranker-candidates"
            inputMode="numeric"
            className="w-32!"
            value={draft.candidates}
            invalid={errorsAt("/reranker/candidates").length > 0}
            onChange={(event) => change({ candidates: event.target.value })}
          />
        </Field>
      )}
    </fieldset>
  );
}

interface ModelFieldsProps {
  id: string;
  isOptional?: boolean;
  connection: string;
  model: string;
  onConnection(connection: string): void;
  onModel(model: string): void;
  errors: { connection: string[]; model: string[] };
  help: string;
}

/** A model connection, and which of its models. */
function ModelFields({ id, isOptional = false, connection, model, onConnection, onModel, errors, help }: ModelFieldsProps) {
  const { data } = useApi(listConnections, { query: { limit: 200, kind: "model" } });
  const parsed = connectionIdSchema.safeParse(connection);
  const models = useApi(listConnectionModels, { params: { id: parsed.data ?? connectionIdSchema.parse("conn_none") } }, { enabled: parsed.success });
  const connections = data?.items.map(({ id: value, name }) => ({ value, label: name })) ?? [];
  const listed = `${id}-models`;
  return (
    <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
      <Field label="Connection" htmlFor={`${id}-connection`} required={!isOptional} errors={errors.connection}>
        <Select
          id={`${id}-connection`}
          value={connection === "" && isOptional ? NONE : connection}
          options={isOptional ? [{ value: NONE, label: "Nothing", detail: "Order by words and meaning alone" }, ...connections] : connections}
          onChange={(chosen) => onConnection(chosen === NONE ? "" : chosen)}
          invalid={errors.connection.length > 0}
          placeholder={data && connections.length === 0 ? "No model provider yet" : "Choose a connection…"}
        />
        {data && connections.length === 0 && (
          <Link to="/connections" className="self-start text-accent text-xs hover:underline">
            Add a model provider
          </Link>
        )}
      </Field>
      {connection !== "" && (
        <Field label="Model" htmlFor={`${id}-model`} required={!isOptional} description={help} errors={errors.model}>
          <Input
            id={`${id}-model`}
            list={listed}
            maxLength={200}
            value={model}
            invalid={errors.model.length > 0}
            onChange={(event) => onModel(event.target.value)}
          />
          <datalist id={listed}>
            {models.data?.items.map((each) => (
              <option key={each.model} value={each.model} />
            ))}
          </datalist>
        </Field>
      )}
    </div>
  );
}
