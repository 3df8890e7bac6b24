import type { ImportFile } from '../../stores/imports.ts'

const photo = /\.(jpe?g|webp|tiff?|avif|gif)$/i
const text = /\.(json|jsonl|xml|zip|ya?ml)$/i
/** Folders and endings of names that formats of labels have, and photographs do not. */
const maskFolder =
  /(^|\/)(labels?|masks?|annotations|gt(fine|coarse)?|segmentation(class|object)\w*|panoptic[^/]*|stuff[^/]*)\//i
const maskName = /(_(labelIds|instanceIds|labelTrainIds|mask|label|gt)|label_ground-truth[^/]*)\.png$/i

const isMask = ({ name }: ImportFile) =>
  /\.png$/i.test(name) && (maskFolder.test(name) || maskName.test(name))
const isPhoto = (file: ImportFile) => photo.test(file.name) || (/\.png$/i.test(file.name) && !isMask(file))
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
