import { useMutation, useQuery } from "@tanstack/react-query";
import { FileQuestion, LogIn, Send } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { Json } from "#runtime/graph/json.ts";
import { type OpenedForm, openForm, submitForm } from "#server/contract/forms.ts";
import { ApiProblem, errorText, hasCode } from "../api/api-problem.ts";
import { call, isTransient } from "../api/client.ts";
import { missingInput, startingInput } from "../app/run-input.ts";
import { EntryCard } from "../entry/entry-card.tsx";
import { TextLink } from "../entry/text-link.tsx";
import { FileSource } from "../files/file-source.ts";
import { Form } from "../inspector/form.tsx";
import { signInAddress } from "../session/where-to.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { FormError } from "../ui/form-error.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { Waiting } from "../ui/waiting.tsx";
import { useFormFiles } from "./form-files.ts";
import { newKey } from "./new-key.ts";

/** A graph as a form, for whoever has its address. */
export function FormPage() {
  const { token = "" } = useParams();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: [openForm.id, token],
    queryFn: ({ signal }) => call(openForm, { params: { form: token }, signal }),
    retry: (failures, problem) => failures < 2 && isTransient(problem),
    // what is being filled in does not change under whoever fills it in
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data) return <OpenForm token={token} form={data} />;
  if (!error) return <Waiting />;
  return <NoForm token={token} error={error} busy={isFetching} onRetry={() => void refetch()} />;
}

function NoForm({ token, error, busy, onRetry }: { token: string; error: unknown; busy: boolean; onRetry(): void }) {
  if (hasCode(error, "unauthenticated"))
    return (
      <EmptyState
        icon={<LogIn size={18} aria-hidden />}
        title="Sign in to use this form"
        text="It is for the members of its workspace."
        actions={<TextLink to={signInAddress(`/forms/${token}`)}>Sign in</TextLink>}
      />
    );
  if (error instanceof ApiProblem && !isTransient(error))
    return <EmptyState icon={<FileQuestion size={18} aria-hidden />} title="This form cannot be used" text={unusableText(error)} />;
  return <LoadError title="The form could not be loaded" text={errorText(error)} busy={busy} onRetry={onRetry} />;
}

function unusableText(error: ApiProblem): string {
  return error.code === "not-found" ? "The address is not complete. Ask whoever sent it to you for it once more." : error.message;
}

function OpenForm({ token, form }: { token: string; form: OpenedForm }) {
  const navigate = useNavigate();
  const [values, setValues] = useState<Record<string, Json>>(() => startingInput(form.input, {}));
  const [isTried, setTried] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  // the same until it has arrived: pressed twice, it is one submission
  const key = useRef(newKey());
  const files = useFormFiles(token);
  const send = useMutation({
    mutationFn: () => call(submitForm, { params: { form: token }, body: { input: values, key: key.current, proofs: files.proofs() } }),
    onSuccess: ({ submission }) => navigate(`/submissions/${submission}`, { state: { form: token } }),
    onSettled: () => setTimeout(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()),
  });
  const missing = missingInput(form.input, values).map(({ path }) => ({ path, message: "Fill this in." }));
  const refused = send.error instanceof ApiProblem ? send.error.errors.map(({ path, message }) => ({ path: path.replace(/^\/input/, ""), message })) : [];
  const change = (name: string, value: Json | undefined) => {
    const { [name]: _, ...others } = values;
    setValues(value === undefined ? others : { ...others, [name]: value });
    // another content is another submission
    key.current = newKey();
    send.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing.length > 0) return void setTimeout(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    if (!send.isPending && !send.isSuccess) send.mutate();
  };
  return (
    <EntryCard wide title={form.title} text={form.description && <Markdown text={form.description} />} foot={`What you send goes to ${form.workspace}.`}>
      <FileSource value={files.source}>
        <form ref={element} aria-label={form.title} noValidate className="flex flex-col gap-5" onSubmit={submit}>
          <Form schema={form.input} values={values} onChange={change} errors={isTried ? [...missing, ...refused] : []} />
          <FormError text={send.error && refused.length === 0 ? errorText(send.error) : undefined} />
          <Button type="submit" look="primary" size="large" icon={<Send size={14} aria-hidden />} busy={send.isPending || send.isSuccess}>
            Send
          </Button>
        </form>
      </FileSource>
    </EntryCard>
  );
}
