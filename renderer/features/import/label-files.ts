import { isPhotographName } from '../../../shared/formats/exchange/photograph-name.ts'
import type { ImportFile } from '../../stores/imports.ts'

const text = /\.(json|jsonl|xml|zip|ya?ml)$/i
const isPhoto = ({ name }: ImportFile) => isPhotographName(name)
/** Lists in a folder of labels: `labels/street.txt`, `classes.txt`. */
const isList = ({ name }: ImportFile) => /(^|\/)(labels\/.*|classes|labelmap|obj)\.(txt|names)$/i.test(name)
/** Folders of pictures of labels that have no list beside them. */
const isNamedMask = ({ name }: ImportFile) =>
  /\.png$/i.test(name) && /(^|\/)(gtfine|gtcoarse|segmentationclass)\//i.test(name)

/**
 * Photographs, and what may be labels of them; null when nothing of it looks like labels. A guess by names alone: what is
 * no label after all is said when it was looked into.
 */
export function sortLabelFiles(
  files: readonly ImportFile[],
): { readonly labels: readonly ImportFile[]; readonly images: readonly ImportFile[] } | null {
  if (!files.some((file) => text.test(file.name) || isList(file) || isNamedMask(file))) return null
  return {
    labels: files.filter((file) => !isPhoto(file)),
    images: files.filter(isPhoto),
  }
}

/** What a drop is called: its folder, its file, or the first of several. */
export function nameOfDrop(files: readonly ImportFile[]): string {
  const [first = ''] = files.map(({ name }) => name)
  const top = first.split('/')[0] ?? ''
  const isOne = files.every(({ name }) => name === first || name.startsWith(`${top}/`))
  return isOne ? top : `${top} …`
}
