import { account, accountPlan, accountUnlink } from './account.ts'
import { alias, aliasRemove, branch, branchDelete, branchRename, branchSwitch } from './branch.ts'
import { categoriesExport, categoriesImport, categoriesList } from './categories.ts'
import type { Command } from './command.ts'
import { commit } from './commit.ts'
import { compare } from './compare.ts'
import { configGet } from './config-get.ts'
import { configSet } from './config-set.ts'
import { dump } from './dump.ts'
import { exportCommand } from './export.ts'
import { history } from './history.ts'
import { importCommand } from './import.ts'
import { importLabels } from './import-labels.ts'
import { init } from './init.ts'
import { labelGet } from './label-get.ts'
import { labelSet } from './label-set.ts'
import { lineage } from './lineage.ts'
import { list } from './list.ts'
import { log } from './log.ts'
import { merge } from './merge.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { remoteList, remoteShow } from './remote.ts'
import { restore, restoreUndo } from './restore.ts'
import { segmentsLogin, segmentsLogout, segmentsStatus } from './segments-account.ts'
import { segmentsDatasets, segmentsLink, segmentsUnlink } from './segments-link.ts'
import { segmentsRelease, segmentsReleases, segmentsToArtifact } from './segments-releases.ts'
import {
  segmentsFromArtifact,
  segmentsLog,
  segmentsPlan,
  segmentsPublish,
  segmentsPull,
  segmentsSync,
} from './segments-run.ts'
import { serve } from './serve.ts'
import { status } from './status.ts'
import { superpixels } from './superpixels.ts'
import { sync, syncLog, syncPark, syncRetry } from './sync.ts'
import { tag } from './tag.ts'
import { trash, trashEmpty, trashRestore } from './trash.ts'
import { verify } from './verify.ts'
import { versionsTag, versionsTagAdd, versionsTagRemove } from './versions-tag.ts'

/** Every command, in the order of the help. The guide is checked against this list. */
export const commands: readonly Command[] = [
  init,
  importCommand,
  status,
  list,
  tag,
  trash,
  trashRestore,
  trashEmpty,
  configSet,
  configGet,
  categoriesList,
  categoriesImport,
  categoriesExport,
  labelSet,
  labelGet,
  importLabels,
  exportCommand,
  superpixels,
  commit,
  log,
  compare,
  history,
  lineage,
  restore,
  restoreUndo,
  branch,
  branchSwitch,
  branchRename,
  branchDelete,
  alias,
  aliasRemove,
  versionsTag,
  versionsTagAdd,
  versionsTagRemove,
  merge,
  push,
  pull,
  remoteList,
  remoteShow,
  sync,
  syncRetry,
  syncPark,
  syncLog,
  account,
  accountPlan,
  accountUnlink,
  segmentsLogin,
  segmentsLogout,
  segmentsStatus,
  segmentsDatasets,
  segmentsLink,
  segmentsUnlink,
  segmentsPlan,
  segmentsPublish,
  segmentsPull,
  segmentsSync,
  segmentsLog,
  segmentsReleases,
  segmentsRelease,
  segmentsFromArtifact,
  segmentsToArtifact,
  verify,
  dump,
  serve,
]
