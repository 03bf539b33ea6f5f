import { Component, type ReactNode } from "react";
import { ErrorMessage } from "./error-message.tsx";

interface State {
  error: unknown;
}

/** Keeps an error of one part of the page from taking the whole page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override readonly state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <ErrorMessage error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
  }
}
