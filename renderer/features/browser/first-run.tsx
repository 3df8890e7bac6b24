import GitCommitHorizontal from 'lucide-react/icons/git-commit-horizontal'
import Hexagon from 'lucide-react/icons/hexagon'
import ImagePlus from 'lucide-react/icons/image-plus'
import Waypoints from 'lucide-react/icons/waypoints'
import type { ReactNode } from 'react'
import { EmptyState } from '../../ui/empty-state.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import styles from './browser.module.css'
import { text } from './text.ts'

const icons = { label: Hexagon, commit: GitCommitHorizontal, send: Waypoints } as const

/** A library without images: how to begin, with pictures of one's own or with ours, and what comes after. */
export function FirstRun({ library, besides }: { readonly library: string; readonly besides?: ReactNode }) {
  return (
    <div className={styles.first}>
      <div className={styles.dropZone}>
        <EmptyState
          icon={<ImagePlus size={40} strokeWidth={1.5} />}
          title={text.emptyTitle}
          actions={
            <>
              <CommandTextButton id="import.choose" kind="primary" />
              <CommandTextButton id="import.chooseFolder" />
            </>
          }
        >
          <p>{text.emptyBody(library)}</p>
          <p className={styles.hint}>{text.emptyHint}</p>
        </EmptyState>
        <p className={styles.examples}>
          {text.emptyExamples} <CommandTextButton id="import.addExamples" kind="quiet" />
        </p>
        <p className={styles.examples}>
          {text.emptyCategories}{' '}
          <CommandTextButton id="categories.manage" kind="quiet">
            {text.emptyCategoriesChoose}
          </CommandTextButton>
        </p>
        <p className={styles.examples}>
          {text.emptyRemote} <CommandTextButton id="app.data" kind="quiet" />
        </p>
        {besides}
      </div>
      <ol className={styles.steps}>
        {text.steps.map(({ key, title, body }) => {
          const Icon = icons[key]
          return (
            <li key={key}>
              <Icon size={18} aria-hidden />
              <strong>{title}</strong>
              <span>{body}</span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}
