import { useRouteError } from "react-router";
import { ErrorMessage } from "./error-message.tsx";

export function ErrorPage() {
  return <ErrorMessage error={useRouteError()} onRetry={() => location.reload()} />;
}
