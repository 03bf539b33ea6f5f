import { FolderUp, Upload } from "lucide-react";
import { type Dispatch, type SetStateAction, useRef, useState } from "react";
import type { CollectionId } from "#runtime/graph/ids.ts";
import { addKnowledgeDocument, INLINE_CHARACTERS } from "#server/contract/knowledge-documents.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input, TextArea } from "../ui/input.tsx";
import { Switch } from "../ui/switch.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { DOCUMENT_FILES, whyNoDocument } from "./document-file.ts";
import { counted, tagsOf } from "./document-words.ts";
import { DropPlace, told } from "./drop-place.tsx";
import { chosenFiles } from "./dropped-files.ts";
import { TagsField } from "./tags-field.tsx";
import type { NewFile } from "./upload-queue.ts";
import { DOCUMENTS_STALE, uploads } from "./uploads.tsx";

const FORM = "add-document";
type Way = "files" | "url" | "text";

/** Adds documents: files and folders, a web page, or a text that is written here. */
export function AddDocumentDialog({ collection, onClose }: { collection: CollectionId; onClose(): void }) {
  const [way, setWay] = useState<Way>("files");
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const [url, setUrl] = useState("");
  const [tags, setTags] = useState("");
  const [preview, setPreview] = useState(false);
  const form = useRouteForm(addKnowledgeDocument, { given: { params: { id: collection } }, stale: DOCUMENTS_STALE, onDone: onClose });
  const { errorsAt } = form;
  const [files, setFiles] = useState<readonly NewFile[]>([]);
  const fit = files.filter(({ file }) => whyNoDocument(file) === undefined);
  const sendFiles = () => {
    uploads.add(collection, fit, { tags: tagsOf(tags), preview });
    onClose();
  };
  const named = title.trim() === "" ? {} : { title };
  const body = () => ({ ...named, ...(way === "url" ? { url } : { text }), tags: tagsOf(tags), preview });
  const shown = ["/title", "/text", "/url", "/tags"].flatMap(errorsAt);
  const titleField = (
    <Field
      label="Title"
      htmlFor="new-document-title"
      description={way === "url" ? "Empty: the page's own." : "Empty: the first heading, or its first words."}
      errors={errorsAt("/title")}
    >
      <Input id="new-document-title" maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
    </Field>
  );
  const tabs = [
    { id: "files", label: "Files", content: <FileChoice files={files} onFiles={setFiles} /> },
    {
      id: "url",
      label: "Web page",
      content: (
        <div className="flex flex-col gap-4">
          <Field
            label="Address"
            htmlFor="document-url"
            required
            description="Of a page or a PDF. Only its readable part is kept; hosts of your own network have to be allowed by an owner."
            errors={errorsAt("/url")}
          >
            <Input
              id="document-url"
              type="url"
              placeholder="https://"
              maxLength={4000}
              value={url}
              invalid={errorsAt("/url").length > 0}
              onChange={(event) => setUrl(event.target.value)}
            />
          </Field>
          {titleField}
        </div>
      ),
    },
    {
      id: "text",
      label: "Text",
      content: (
        <div className="flex flex-col gap-4">
          {titleField}
          <Field
            label="Text"
            htmlFor="document-text"
            required
            description={`Plain or Markdown, up to ${INLINE_CHARACTERS.toLocaleString("en")} characters.`}
            errors={errorsAt("/text")}
          >
            <TextArea id="document-text" rows={8} value={text} invalid={errorsAt("/text").length > 0} onChange={(event) => setText(event.target.value)} />
          </Field>
        </div>
      ),
    },
  ];
  const isReady = way === "url" ? url.trim() !== "" : text.trim() !== "";
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      {way === "files" ? (
        <Button look="primary" disabled={fit.length === 0} onClick={sendFiles}>
          {fit.length > 1 ? `Add ${counted(fit.length, "file")}` : "Add"}
        </Button>
      ) : (
        <Button look="primary" type="submit" form={FORM} busy={form.isBusy} disabled={!isReady}>
          Add
        </Button>
      )}
    </>
  );
  return (
    <Dialog open wide onClose={onClose} title="Add documents" description="They are read, cut and indexed in the background." actions={actions}>
      <form id={FORM} {...form.formProps(body)} className="flex flex-col gap-5">
        <Tabs label="Where from" padded value={way} onChange={(id) => setWay(id === "url" || id === "text" ? id : "files")} tabs={tabs} />
        <TagsField value={tags} onChange={setTags} errors={errorsAt("/tags")} collection={collection} />
        <Field
          inline
          label="Look at the chunks before they are indexed"
          htmlFor="document-preview"
          description="They wait on the document's page, to be changed or left out."
        >
          <Switch id="document-preview" label="Look at the chunks before they are indexed" checked={preview} onChange={setPreview} />
        </Field>
        <FormError text={shown.length > 0 ? undefined : form.problem} />
      </form>
      <DropPlace
        text="Drop files and folders to choose them"
        onFiles={(dropped) => {
          setWay("files");
          setFiles((known) => [...known, ...dropped]);
        }}
      />
    </Dialog>
  );
}

/** Names shown of the files that are chosen. */
const NAMED = 5;

function FileChoice({ files, onFiles }: { files: readonly NewFile[]; onFiles: Dispatch<SetStateAction<readonly NewFile[]>> }) {
  const single = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const chosen = chosenFiles(currentTarget.files);
    currentTarget.value = "";
    const taken = told(chosen);
    onFiles((known) => [...known, ...taken]);
  };
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button icon={<Upload size={14} aria-hidden />} onClick={() => single.current?.click()}>
          Choose files
        </Button>
        <Button icon={<FolderUp size={14} aria-hidden />} onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
        {files.length > 0 && (
          <Button look="quiet" onClick={() => onFiles([])}>
            Clear
          </Button>
        )}
      </div>
      {files.length > 0 ? (
        <ChosenFiles files={files} />
      ) : (
        <p className="text-ink-faint text-xs">
          PDF with text in it, Markdown, HTML, plain text, CSV, JSON and YAML, up to 100 MB each. You can also drop files and folders here.
        </p>
      )}
      <input ref={single} type="file" multiple hidden accept={DOCUMENT_FILES} aria-hidden tabIndex={-1} data-choice="files" onChange={take} />
      <input ref={folder} type="file" hidden aria-hidden tabIndex={-1} data-choice="folder" onChange={take} {...{ webkitdirectory: "" }} />
    </div>
  );
}

/** Those that will be added, and those that cannot be, with why. */
function ChosenFiles({ files }: { files: readonly NewFile[] }) {
  const judged = files.map(({ file, path }) => ({ name: path ?? file.name, why: whyNoDocument(file) }));
  const fit = judged.filter(({ why }) => why === undefined);
  const left = judged.filter(({ why }) => why !== undefined);
  return (
    <div role="status" className="wrap-anywhere flex flex-col gap-2 text-sm">
      {fit.length > 0 && (
        <p>
          <span className="font-medium">{counted(fit.length, "file")}:</span>{" "}
          {fit
            .slice(0, NAMED)
            .map(({ name }) => name)
            .join(", ")}
          {andMore(fit)}
        </p>
      )}
      {left.length > 0 && (
        <div className="text-ink-muted text-xs">
          <p>{counted(left.length, "file")} left out:</p>
          <ul className="list-disc pl-4">
            {left.slice(0, NAMED).map(({ name, why }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two may have one name, and none changes its place
              <li key={index}>
                {name}: {why}
              </li>
            ))}
          </ul>
          {left.length > NAMED && <p>{andMore(left)}</p>}
        </div>
      )}
    </div>
  );
}

function andMore(all: readonly unknown[]): string {
  return all.length > NAMED ? ` and ${(all.length - NAMED).toLocaleString("en")} more` : "";
}
