# Has the formats' own tools read what was written: the folder of the exports is the argument, labels.json in it says what
# is meant. Prints JSON: for each tool what it checked and what was wrong; null where the tool is not installed.
import contextlib, glob, io, json, os, sys
from urllib.parse import unquote

root = sys.argv[1]
os.chdir(root)
labels = {each["name"]: each for each in json.load(open("labels.json", encoding="utf-8"))}
result = {}


def tool(name):
    def decorate(check):
        try:
            result[name] = check()
        except ImportError:
            result[name] = None
    return decorate


def ids(label):
    import numpy as np
    return np.array(label["ids"], dtype=np.uint32).reshape(label["height"], label["width"])


@tool("pycocotools")
def _():
    import numpy as np
    from pycocotools.coco import COCO
    checked, wrong = 0, []
    for form in ("coco", "coco-polygons", "coco-stuff"):
        for path in glob.glob(form + "/annotations/*.json"):
            with contextlib.redirect_stdout(io.StringIO()):
                coco = COCO(path)
            for each in coco.dataset["annotations"]:
                label = labels[coco.imgs[each["image_id"]]["file_name"]]
                mask = coco.annToMask(each).astype(bool)
                if "object_id" in each:
                    meant = ids(label) == each["object_id"]
                else:
                    own = [o["id"] for o in label["objects"] if o["category"] == each["category_id"]]
                    meant = np.isin(ids(label), own)
                checked += 1
                if not (mask == meant).all() or each["area"] != meant.sum():
                    wrong.append([form, each["id"]])
    return {"checked": checked, "wrong": wrong}


@tool("Pillow")
def _():
    import numpy as np
    from PIL import Image
    checked, wrong = 0, []
    def expect(path, mode, test):
        nonlocal checked
        picture = Image.open(path)
        picture.load()
        checked += 1
        if picture.mode not in mode or not test(np.array(picture).astype(np.uint32)):
            wrong.append([path, picture.mode])
    value = lambda pixels: pixels[..., 0] + 256 * pixels[..., 1] + 65536 * pixels[..., 2]
    for path in glob.glob("coco-panoptic/annotations/*.json"):
        for each in json.load(open(path, encoding="utf-8"))["annotations"]:
            meant = {s["id"]: s["area"] for s in each["segments_info"]}
            def test(pixels):
                found, counts = np.unique(value(pixels), return_counts=True)
                return {int(k): int(v) for k, v in zip(found, counts) if k != 0} == meant
            expect(path[:-5] + "/" + each["file_name"], ["RGB"], test)
    for name, label in labels.items():
        expect("segments/labels/" + name + ".png", ["RGBA"], lambda p: (value(p) == ids(label)).all())
    shown = lambda label: label["width"] * label["height"]
    for folder, modes in (("voc/SegmentationClass", ["P"]), ("voc/SegmentationObject", ["P"]),
                          ("semantic-png/labels", ["L", "I", "I;16"]), ("a2d2/label", ["RGB"]),
                          ("cityscapes/gtFine", ["L", "I", "I;16", "RGB"])):
        for path in glob.glob(folder + "/**/*.png", recursive=True):
            expect(path, modes, lambda pixels: pixels.size > 0)
    return {"checked": checked, "wrong": wrong}


@tool("PyYAML")
def _():
    import yaml
    names = [each["name"] for each in json.load(open("categories.json", encoding="utf-8"))]
    data = yaml.safe_load(open("yolo-segment/data.yaml", encoding="utf-8"))
    card = yaml.safe_load(open("huggingface/README.md", encoding="utf-8").read().split("---")[1])
    listed = card["dataset_info"]["features"][1]["sequence"][2]["dtype"]["class_label"]["names"]
    wrong = []
    if list(data["names"].values()) != names:
        wrong.append(["data.yaml", data["names"]])
    if list(listed.values()) != names:
        wrong.append(["README.md", listed])
    return {"checked": 2, "wrong": wrong}


@tool("label_studio_sdk")
def _():
    import numpy as np
    from label_studio_sdk.converter.brush import decode_rle
    checked, wrong = 0, []
    for task in json.load(open("label-studio/tasks.json", encoding="utf-8")):
        label = labels[unquote(task["data"]["image"])[len("images/"):]]
        for each in task["annotations"][0]["result"]:
            pixels = np.reshape(decode_rle(each["value"]["rle"]), [label["height"], label["width"], 4])[:, :, 3]
            checked += 1
            if not ((pixels > 0) == (ids(label) == int(each["id"]))).all():
                wrong.append([label["name"], each["id"]])
    return {"checked": checked, "wrong": wrong}


@tool("datasets")
def _():
    from PIL import Image
    from datasets import load_dataset
    rows = {}
    for split in ("train", "validation", "test"):
        path = "huggingface/" + split + "/metadata.jsonl"
        if not os.path.exists(path):
            continue
        for line in open(path, encoding="utf-8"):
            row = json.loads(line)
            label = labels[row["file_name"]]
            place = "huggingface/" + split + "/" + row["file_name"]
            os.makedirs(os.path.dirname(place), exist_ok=True)
            Image.new("RGB", (label["width"], label["height"])).save(place)
            rows.setdefault(split, []).append(row)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        loaded = load_dataset("imagefolder", data_dir="huggingface", cache_dir="cache")
    wrong, checked = [], 0
    for split, own in rows.items():
        meant = sorted(json.dumps(row["objects"]["id"]) for row in own)
        found = sorted(json.dumps(row["objects"]["id"]) for row in loaded[split])
        checked += len(own)
        if meant != found:
            wrong.append([split, len(found)])
    return {"checked": checked, "wrong": wrong}


print(json.dumps(result))
