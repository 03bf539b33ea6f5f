import { CircleCheck, CircleX } from "lucide-react";
import { useState } from "react";
import type { z } from "zod";
import { type Credential, listCredentials, testCredential } from "#server/contract/credentials.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { formatDuration } from "../ui/time-ago.tsx";

type Result = z.output<typeof testCredential.answer>;

/** Sends a credential to one of its hosts and shows how that was answered. */
export function CredentialTestDialog({ credential, onClose }: { credential: Credential; onClose(): void }) {
  const [url, setUrl] = useState(firstAddress(credential));
  const [result, setResult] = useState<Result | undefined>(undefined);
  const form = useRouteForm(testCredential, { given: { params: { id: credential.id } }, stale: [listCredentials], onDone: setResult });
  const errors = form.errorsAt("/url");
  return (
    <FormDialog
      onClose={onClose}
      title={`Test "${credential.name}"`}
      description="Heddle asks an address on one of its hosts (GET) and sends the credential along. Choose one that only answers to who is known."
      submit={result ? "Test again" : "Test"}
      cancel="Close"
      busy={form.isBusy}
      form={form.formProps(() => (url.trim() === "" ? {} : { url: url.trim() }))}
    >
      {errors.length === 0 && <FormError text={form.problem} />}
      <Field
        label="Address"
        htmlFor="test-url"
        errors={errors}
        description={credential.settings.kind === "oauth2-client" ? "Leave it empty to only fetch an access token." : undefined}
      >
        <Input id="test-url" mono inputMode="url" maxLength={2_000} value={url} onChange={(event) => setUrl(event.target.value)} />
      </Field>
      {result && !form.isBusy && <Answer result={result} />}
    </FormDialog>
  );
}

function Answer({ result }: { result: Result }) {
  const Icon = result.ok ? CircleCheck : CircleX;
  return (
    <div role="status" className={`flex items-start gap-2.5 rounded-md px-3 py-2.5 text-sm ${result.ok ? "bg-hover" : "bg-danger-soft"}`}>
      <Icon size={16} className={`mt-0.5 shrink-0 ${result.ok ? "text-succeeded" : "text-danger"}`} aria-hidden />
      <div className="min-w-0">
        <p className="font-medium">{result.ok ? "It works" : "It does not work"}</p>
        <p className="wrap-anywhere text-ink-muted text-xs">
          {result.message} {formatDuration(result.durationMs)}
        </p>
      </div>
    </div>
  );
}

/** The root of the first host that is one; a host with a star is many. */
function firstAddress({ hosts }: Credential): string {
  const host = hosts.find((each) => !each.startsWith("*."));
  return host === undefined ? "" : `https://${host}/`;
}
