import type { ErrorInfo } from '../../shared/base/app-error.ts'
import type { FormatId } from '../../shared/formats/exchange/format.ts'
import type { ExportPlan, PlanRequest } from './export-plan.ts'
import type { ExportReport, ExportRequest } from './label-export.ts'
import type { LabelImportReport, LabelImportRequest } from './label-import.ts'

/** What crosses between `exchange-thread.ts` and its worker: one task in one thread. */

export type ExchangeTask =
  | { readonly kind: 'plan'; readonly request: PlanRequest }
  | { readonly kind: 'export'; readonly request: ExportRequest }
  | { readonly kind: 'recognise'; readonly path: string }
  | { readonly kind: 'import'; readonly request: LabelImportRequest }

/** `problem`: why it is of no format, as far as that can be told. */
export type Recognised = { readonly formats: readonly FormatId[]; readonly problem: ErrorInfo | null }
export type TaskResult<T extends ExchangeTask> = T extends { kind: 'plan' }
  ? ExportPlan
  : T extends { kind: 'export' }
    ? ExportReport
    : T extends { kind: 'recognise' }
      ? Recognised
      : LabelImportReport

export type ThreadData = {
  readonly task: ExchangeTask
  readonly folder: string
  readonly deviceId: string
}

export type TaskStep = 'reading' | 'writing' | 'proving' | 'finishing'
export type TaskProgress = {
  readonly step: TaskStep
  readonly done: number
  /** Null: not known yet. */
  readonly total: number | null
}

export type FromThread =
  | ({ readonly kind: 'progress' } & TaskProgress)
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorInfo; readonly cause: string | null }
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | {
      readonly kind: 'fetch'
      readonly id: number
      readonly path: string
      readonly method: 'GET' | 'PUT' | 'POST'
      readonly body: Uint8Array<ArrayBuffer> | null
    }
export type ToThread =
  | { readonly kind: 'stop' }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly error: ErrorInfo }
