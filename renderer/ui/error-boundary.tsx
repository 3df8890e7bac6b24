import { Component, type ErrorInfo as ReactErrorInfo, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'
import { uiText } from './text.ts'

const text = {
  title: 'This part of the window stopped',
  body: 'What was saved is safe: it is on disk. Restart this part; if it stops again, copy the details and report them.',
  restart: 'Restart this part',
  copy: 'Copy details',
} as const

/** Keeps a mistake in one screen from taking the others along. */
export class ErrorBoundary extends Component<
  { readonly children: ReactNode },
  { readonly error: Error | null }
> {
  override state: { readonly error: Error | null } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override componentDidCatch(error: unknown, info: ReactErrorInfo) {
    console.error(error, info.componentStack)
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <EmptyState
        title={text.title}
        actions={
          <>
            <Button onClick={() => void navigator.clipboard.writeText(`${error.stack ?? error.message}`)}>
              {text.copy}
            </Button>
            <Button kind="primary" onClick={() => this.setState({ error: null })}>
              {text.restart}
            </Button>
          </>
        }
      >
        <p>{text.body}</p>
        <p>
          {uiText.details}: {error.message}
        </p>
      </EmptyState>
    )
  }
}
