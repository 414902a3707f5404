# What fills one filesystem: the largest directories and the files written last. $1 = mount point
cd "$1" 2>/dev/null || { echo "no such directory: $1" >&2; exit 1; }
timeout 8 du -xk . 2>/dev/null | sort -rn | head -n 12 | while read -r kb path; do printf 'directory kb=%s path=%s\n' "$kb" "$1${path#.}"; done
timeout 8 find . -xdev -type f -size +512k 2>/dev/null | head -n 2000 | while read -r f; do stat -c '%s %Y %n' "$f" 2>/dev/null; done | sort -rn | head -n 12 |
  while read -r size at path; do printf 'file bytes=%s modified_s_ago=%s path=%s\n' "$size" "$((now - at))" "$1${path#.}"; done
timeout 8 find . -xdev -type d 2>/dev/null | head -n 3000 | while read -r d; do echo "$(ls -A "$d" 2>/dev/null | wc -l) $d"; done | sort -rn | head -n 4 |
  while read -r n path; do printf 'entries count=%s path=%s\n' "$n" "$1${path#.}"; done
exit 0
