import { LogIn } from "lucide-react";
import { signInWithProvider } from "#server/contract/session.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form-error.tsx";

export interface ProviderButtonProps {
  /** The provider's name. */
  name: string;
  returnTo: string;
  /** The token of the invitation that lets a new person in. */
  invitation?: string;
}

/** Signs in at the OpenID Connect provider of this installation. */
export function ProviderButton({ name, returnTo, invitation }: ProviderButtonProps) {
  const start = useChange(signInWithProvider);
  const go = () => start.mutate({ body: { returnTo, ...(invitation !== undefined && { invitation }) } }, { onSuccess: ({ url }) => location.assign(url) });
  return (
    <>
      <FormError text={start.error ? errorText(start.error) : undefined} />
      <Button size="large" icon={<LogIn size={15} aria-hidden />} busy={start.isPending || start.isSuccess} onClick={go}>
        Continue with {name}
      </Button>
    </>
  );
}

/** Between two ways to get in. */
export function Or() {
  return (
    <div className="flex items-center gap-3 text-ink-faint text-xs">
      <hr className="flex-1 border-line" /> or <hr className="flex-1 border-line" />
    </div>
  );
}
