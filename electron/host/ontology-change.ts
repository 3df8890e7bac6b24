import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { planImport } from '../../shared/formats/ontology-plan.ts'
import { readOntology } from '../../shared/formats/ontology-reader.ts'
import type { HostArgs, HostOutput } from '../../shared/host/host-api.ts'
import type { Category, Ontology } from '../../shared/label/ontology.ts'
import type { Categories } from './categories.ts'

/** Changes of the ontology as a whole: from a file, and back. */
export type OntologyChange = {
  /** Throws AppError `IN_FORMAT`, `IN_TOO_BIG`, `FMT_TOO_NEW`, and to apply it `LIB_READ_ONLY`. */
  import(args: HostArgs<'ontology.add'>): HostOutput<'ontology.add'>
  restore(args: HostArgs<'ontology.restore'>): HostOutput<'ontology.restore'>
}

export function createOntologyChange(
  categories: Categories,
  isUsed: (category: number) => boolean,
): OntologyChange {
  const now = (): Ontology => ({ ...categories.rules(), categories: categories.list() })

  return {
    import({ text, mode, apply }) {
      const file = readOntology(text)
      // Planned again where it is applied: what was shown may be out of date.
      const plan = () => planImport({ ...now(), ids: categories.ids() }, file, mode)
      const result = apply
        ? categories.together(() => {
            const made = plan()
            for (const { category } of made.changed) categories.update(wholeChange(category))
            for (const category of made.added) categories.create(category)
            if (!isSame(made.rules, categories.rules())) categories.setRules(made.rules)
            return made
          })
        : plan()
      return {
        added: [...result.added],
        changed: result.changed.map(({ category, fields }) => ({ category, fields: [...fields] })),
        kept: [...result.kept],
        rules: result.rules,
        imageAttributes: [...result.imageAttributes],
        remarks: [...result.remarks],
      }
    },

    restore({ before, after }) {
      return categories.together(() => {
        const left: string[] = []
        let restored = 0
        const were = new Map(before.categories.map((category) => [category.id, category]))
        for (const category of after.categories) {
          const former = were.get(category.id)
          const current = categories.list().find(({ id }) => id === category.id)
          if (former && isSame(former, category)) continue
          if (!current || !isSame(current, category) || (!former && isUsed(category.id))) {
            left.push(category.name)
            continue
          }
          if (former) categories.update(wholeChange(former))
          else categories.retire(category.id)
          restored++
        }
        const used = now()
        const order = before.categories.map(({ id }) => id)
        const ofAfter = after.categories.map(({ id }) => id)
        if (!isSame(order, ofAfter) && isSame(idsOf(used, ofAfter), idsOf(after, idsIn(used)))) {
          const there = idsIn(used)
          const back = order.filter((id) => there.includes(id))
          if (back.length > 0) categories.order(back)
          if (restored === 0) restored++
        }
        const rulesOf = ({ task, imageAttributes }: Ontology) => ({ task, imageAttributes })
        if (!isSame(rulesOf(before), rulesOf(after))) {
          if (isSame(categories.rules(), rulesOf(after))) {
            categories.setRules(rulesOf(before))
            restored++
          } else left.push('task and attributes of images')
        }
        return { restored, left }
      })
    },
  }
}

const isSame = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b)
const idsIn = ({ categories }: Ontology) => categories.map(({ id }) => id)
const idsOf = (ontology: Ontology, among: readonly number[]) =>
  idsIn(ontology).filter((id) => among.includes(id))

/** All of it: what a category does not say any more is said as empty. */
function wholeChange(category: Category): Parameters<Categories['update']>[0] {
  const { description = '', isVoid = false, attributes = [], other = {}, ...rest } = category
  return { ...rest, description, isVoid, attributes, other }
}
