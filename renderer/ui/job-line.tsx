import X from 'lucide-react/icons/x'
import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import { ForReaders } from './for-readers.tsx'
import { IconButton } from './icon-button.tsx'
import styles from './job-line.module.css'
import { Progress } from './progress.tsx'
import { uiText } from './text.ts'

/** A line on top of a screen: an icon, what is to be said in a paragraph or block, and buttons. */
export function JobLine(props: {
  readonly label: string
  readonly tone?: 'accent' | 'success'
  readonly children: ReactNode
  onAway?(): void
}) {
  return (
    <section className={styles.line} data-tone={props.tone} aria-label={props.label}>
      {props.children}
      {props.onAway && <IconButton label={uiText.dismiss} icon={<X size={14} />} onClick={props.onAway} />}
    </section>
  )
}

/** What is less important in it. */
export function Aside({ children }: { readonly children: ReactNode }) {
  return <span className={styles.muted}>{children}</span>
}

/** A job that runs. Numbers move many times a second and are not read out; that it runs, and its step, are. */
export function RunningLine(props: {
  readonly title: string
  readonly step: string
  readonly icon: ReactNode
  readonly value: number
  /** Null while it is not known. */
  readonly total: number | null
  readonly numbers: string
  /** Ends when it was told to stop; failures are said elsewhere. */
  onStop(): Promise<void>
}) {
  const { title, step, icon, value, total, numbers, onStop } = props
  const [isStopping, setIsStopping] = useState(false)
  const stop = () => {
    setIsStopping(true)
    void onStop().finally(() => setIsStopping(false))
  }
  return (
    <JobLine label={title} tone="accent">
      {icon}
      <div className={styles.running}>
        <p>
          {title} <Aside>· {step}</Aside>
        </p>
        <ForReaders role="status">{`${title}: ${step}`}</ForReaders>
        <Progress label={title} value={value} total={total} />
        <p className={styles.numbers}>{numbers}</p>
      </div>
      <Button disabled={isStopping} onClick={stop}>
        {isStopping ? uiText.stopping : uiText.stop}
      </Button>
    </JobLine>
  )
}
