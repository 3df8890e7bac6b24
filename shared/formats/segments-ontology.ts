import { canonicalJson } from '../base/canonical-json.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { type AttributeDefinition, foldAttribute } from '../label/attributes.ts'
import { type Category, type DatasetRules, freshCategoryIds, type Ontology } from '../label/ontology.ts'
import { nextColors } from '../label/palette.ts'
import { type ReadCategory, readOntology } from './ontology-reader.ts'

/**
 * The categories of a library and the `task_attributes` of a Segments.ai dataset, brought together: by what each side says
 * now and what both said when they last agreed. Nothing is ever removed, no id changes its meaning, and what only the
 * service knows is sent back as it came.
 */

/** A category that both sides have: its id here and there, and what each side said of it then, as canonical JSON. */
export type AgreedCategory = {
  readonly here: number
  readonly there: number
  readonly saidHere: string
  readonly saidThere: string
}
export type AgreedOntology = {
  readonly categories: readonly AgreedCategory[]
  /** What is asked of images, likewise. */
  readonly images: { readonly here: string; readonly there: string } | null
}
export const nothingAgreed: AgreedOntology = { categories: [], images: null }

export type SegmentsOntologyPlan = {
  /** `task_attributes` to be sent; null when those there are to stay. */
  readonly there: JsonObject | null
  readonly here: {
    readonly create: readonly Category[]
    /** Whole, as they will be. */
    readonly update: readonly Category[]
    readonly rules: DatasetRules | null
  }
  /** Once all of that is done. */
  readonly agreed: AgreedOntology
  /** Ids there by ids here, and the other way round. */
  readonly idThere: ReadonlyMap<number, number>
  readonly idHere: ReadonlyMap<number, number>
  readonly newThere: readonly string[]
  readonly newHere: readonly string[]
  /** Sentences. */
  readonly changes: readonly string[]
  readonly remarks: readonly string[]
}

/**
 * `there`: null for a dataset that is still to be made. `sends`, `takes`: whether something may be changed there, here.
 * Throws AppError `IN_FORMAT`, `IN_TOO_BIG` for categories that cannot be read.
 */
export function planSegmentsOntology(input: {
  readonly here: Ontology
  /** All ids that were ever given out here. */
  readonly ids: ReadonlySet<number>
  readonly there: JsonObject | null
  readonly agreed: AgreedOntology
  readonly sends: boolean
  readonly takes: boolean
}): SegmentsOntologyPlan {
  const { here, ids, there, agreed, sends, takes } = input
  const entries = entriesOf(there)
  const file = readOntology(canonicalJson({ ...there, categories: entries }))
  const theirs = file.categories.map((read, i) => ({ read, entry: entries[i]!, id: idOf(entries[i]!) }))
  const remarks = file.remarks.filter((remark) => !remark.startsWith('A category with the id 0'))
  const changes: string[] = []
  const newThere: string[] = []
  const newHere: string[] = []
  const pairs = pairUp(here.categories, theirs, agreed.categories)

  const sent = new Map<number, JsonObject>(theirs.map(({ id, entry }) => [id, entry]))
  const update: Category[] = []
  const after: AgreedCategory[] = []
  for (const { mine, id, their, known } of pairs.both) {
    const fresh = { saidHere: said(mine), saidThere: said(their.read) }
    const wants = writeCategory(mine, id, their.entry)
    const isSame = canonicalJson(wants) === canonicalJson(their.entry) || isEqual(mine, their.read)
    const isChanged = {
      here: known?.saidHere !== fresh.saidHere,
      there: known?.saidThere !== fresh.saidThere,
    }
    if (isSame) after.push({ here: mine.id, there: id, ...fresh })
    else if (known && isChanged.here && !isChanged.there && sends) {
      sent.set(id, wants)
      changes.push(`${mine.name}: changed there as it was here`)
      after.push({ here: mine.id, there: id, saidHere: fresh.saidHere, saidThere: saidOfEntry(wants) })
    } else if (known && isChanged.there && !isChanged.here && takes) {
      const taken = takenOver(mine, their.read)
      update.push(taken)
      changes.push(`${mine.name}: changed here as it was there`)
      after.push({ here: mine.id, there: id, saidHere: said(taken), saidThere: fresh.saidThere })
    } else {
      if (!known || (isChanged.here && isChanged.there)) {
        remarks.push(
          `The category "${mine.name}" is described differently here and there; both stay as they are.`,
        )
      }
      after.push(known ?? { here: mine.id, there: id, ...fresh })
    }
  }

  // Theirs that are not here: with their own id where that was never given out.
  const create: Category[] = []
  if (takes) {
    const taken = new Set(ids)
    const keepsId = ({ id }: { readonly id: number }) => id > 0 && !ids.has(id)
    for (const each of pairs.onlyThere) if (keepsId(each)) taken.add(each.id)
    const others = freshCategoryIds(taken, pairs.onlyThere.filter((each) => !keepsId(each)).length)
    const colours = nextColors(
      [...here.categories, ...file.categories].flatMap(({ color }) => color ?? []),
      pairs.onlyThere.filter(({ read }) => read.color === null).length,
    )
    for (const { read, id: theirId } of pairs.onlyThere) {
      const id = keepsId({ id: theirId }) ? theirId : others.shift()
      if (id === undefined) {
        remarks.push(`There is no room here for the category "${read.name}".`)
        continue
      }
      if (id !== theirId) {
        remarks.push(
          `The category "${read.name}" is ${theirId} there and ${id} here: that id means another one.`,
        )
      }
      const category: Category = { ...read, id, color: read.color ?? colours.shift()! }
      create.push(category)
      newHere.push(read.name)
      after.push({ here: id, there: theirId, saidHere: said(category), saidThere: said(read) })
    }
  }

  // Mine that are not there, likewise; 0 stands for unlabeled and is no id of theirs that we would make.
  const idThere = new Map(after.map((each) => [each.here, each.there]))
  if (sends) {
    const taken = new Set([...theirs.map(({ id }) => id), ...idThere.values()])
    for (const mine of pairs.onlyHere) {
      const id = taken.has(mine.id) ? freshId(taken) : mine.id
      taken.add(id)
      if (id !== mine.id) {
        remarks.push(
          `The category "${mine.name}" is ${mine.id} here and ${id} there: that id means another one.`,
        )
      }
      const entry = writeCategory(mine, id, null)
      sent.set(id, entry)
      newThere.push(mine.name)
      after.push({ here: mine.id, there: id, saidHere: said(mine), saidThere: saidOfEntry(entry) })
      idThere.set(mine.id, id)
    }
  }

  const images = planImages(here, there, agreed.images, { sends, takes })
  if (images.change) changes.push(images.change)
  if (images.remark) remarks.push(images.remark)
  const task: JsonObject = {
    format_version: '0.1',
    ...there,
    categories: [...sent.values()],
    ...(images.there && { image_attributes: images.there }),
  }
  const isSameThere =
    there !== null && canonicalJson(task) === canonicalJson({ format_version: '0.1', ...there })
  return {
    there: !sends || isSameThere ? null : task,
    here: { create, update, rules: images.here && { task: here.task, imageAttributes: images.here } },
    agreed: { categories: after, images: images.agreed },
    idThere,
    idHere: new Map(after.map((each) => [each.there, each.here])),
    newThere,
    newHere,
    changes,
    remarks,
  }
}

type Their = { readonly read: ReadCategory; readonly entry: JsonObject; readonly id: number }

/** By what was agreed on, then by name: the same id may mean something else on both sides. */
function pairUp(
  mine: readonly Category[],
  theirs: readonly Their[],
  agreed: readonly AgreedCategory[],
): {
  both: { mine: Category; their: Their; id: number; known: AgreedCategory | null }[]
  onlyHere: Category[]
  onlyThere: Their[]
} {
  const both: { mine: Category; their: Their; id: number; known: AgreedCategory | null }[] = []
  const [leftHere, leftThere] = [new Set(mine), new Set(theirs)]
  const join = (own: Category | undefined, their: Their | undefined, known: AgreedCategory | null) => {
    if (!own || !their || !leftHere.has(own) || !leftThere.has(their)) return
    leftHere.delete(own)
    leftThere.delete(their)
    both.push({ mine: own, their, id: their.id, known })
  }
  for (const known of agreed) {
    join(
      mine.find(({ id }) => id === known.here),
      theirs.find(({ id }) => id === known.there),
      known,
    )
  }
  const byName = new Map([...leftHere].map((category) => [foldAttribute(category.name), category]))
  for (const their of [...leftThere]) join(byName.get(foldAttribute(their.read.name)), their, null)
  return { both, onlyHere: [...leftHere], onlyThere: [...leftThere] }
}

function entriesOf(there: JsonObject | null): JsonObject[] {
  const list = there?.categories
  return Array.isArray(list) ? (list as readonly Json[]).filter(isJsonObject) : []
}

const idOf = ({ id }: JsonObject): number => Number(id)

function freshId(taken: ReadonlySet<number>): number {
  let id = 1
  while (taken.has(id)) id++
  return id
}

/** What is said of a category but for its id. */
function said(category: Omit<ReadCategory, 'id'>): string {
  const { name, color, hasInstances, description, isVoid, attributes, other } = category
  return canonicalJson({
    name,
    color,
    hasInstances,
    ...(description !== undefined && { description }),
    ...(isVoid && { isVoid }),
    ...(attributes && { attributes }),
    ...(other && { other }),
  })
}

/** What a reader finds in an entry that was written here. */
function saidOfEntry(entry: JsonObject): string {
  return said(readOntology(canonicalJson({ categories: [entry] })).categories[0]!)
}

/** A colour that one side does not say is no difference. */
const isEqual = (mine: Category, their: ReadCategory): boolean =>
  said(mine) === said({ ...their, color: their.color ?? mine.color })

/** What they say of it; what they do not say goes. */
function takenOver(mine: Category, { id: _, color, ...said }: ReadCategory): Category {
  return { id: mine.id, color: color ?? mine.color, ...said }
}

/** `before`: how it stands there; what only the service knows of it stays. */
export function writeCategory(category: Category, id: number, before: JsonObject | null): JsonObject {
  const { name, color, hasInstances, description, isVoid, attributes = [], other = {} } = category
  const { unsupported_attributes: unsupported, ...foreign } = other as JsonObject
  const kept = Array.isArray(unsupported) ? (unsupported as readonly Json[]) : []
  const list = [...attributes.map(segmentsAttribute), ...kept]
  const { description: _d, void: _v, attributes: _a, ...rest } = before ?? {}
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  const was = before?.color
  const alpha = Array.isArray(was) && was.length === 4 ? [was[3] as Json] : []
  return {
    ...rest,
    ...foreign,
    id: before?.id ?? id,
    name,
    color: [...channels, ...alpha],
    has_instances: hasInstances,
    ...(description !== undefined && { description }),
    ...(isVoid && { void: true }),
    ...(list.length > 0 && { attributes: list }),
  }
}

export function segmentsAttribute(definition: AttributeDefinition): JsonObject {
  const { name, type, required, default: standard, other } = definition
  const limits =
    definition.type === 'number' ? { min: definition.min, max: definition.max, step: definition.step } : {}
  return {
    ...(other as JsonObject | undefined),
    name,
    input_type: type,
    ...(required && { is_mandatory: true }),
    ...('options' in definition && { values: [...definition.options] }),
    ...Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)),
    ...(standard !== undefined && { default_value: typeof standard === 'object' ? [...standard] : standard }),
  }
}

function planImages(
  here: Ontology,
  there: JsonObject | null,
  agreed: AgreedOntology['images'],
  { sends, takes }: { readonly sends: boolean; readonly takes: boolean },
) {
  const entries = Array.isArray(there?.image_attributes) ? (there.image_attributes as readonly Json[]) : []
  const theirs = readOntology(canonicalJson({ categories: [], image_attributes: entries })).imageAttributes
  const mine = here.imageAttributes
  const [textHere, textThere] = [canonicalJson(mine), canonicalJson(theirs)]
  const same = { here: textHere, there: textThere }
  const stay = { here: null, there: null, change: '', remark: '' }
  if (textHere === textThere) return { ...stay, agreed: same }
  const isChangedHere = agreed ? agreed.here !== textHere : mine.length > 0
  const isChangedThere = agreed ? agreed.there !== textThere : theirs.length > 0
  if (isChangedHere && !isChangedThere) {
    if (!sends) return { ...stay, agreed }
    const known = new Map(theirs.map(({ name }, i) => [foldAttribute(name), entries[i]]))
    const list = mine.map((each) => ({
      ...(known.get(foldAttribute(each.name)) as JsonObject | undefined),
      ...segmentsAttribute(each),
    }))
    return {
      ...stay,
      there: list,
      change: 'Attributes of images: changed there as they were here',
      agreed: { here: textHere, there: textHere },
    }
  }
  if (isChangedThere && !isChangedHere) {
    if (!takes) return { ...stay, agreed }
    return {
      ...stay,
      here: theirs,
      change: 'Attributes of images: changed here as they were there',
      agreed: { here: textThere, there: textThere },
    }
  }
  const remark = 'What is asked of images differs here and there; both stay as they are.'
  return { ...stay, remark, agreed: agreed ?? same }
}
