"""The line that a shell wants completed, and the answer in its words. What stands in a
mirror was written by others: a name that a shell would run, cut or spread over lines is
quoted for that shell, or left out.

click completes, and its scripts are taken where they are safe: its bash script lets
bash expand what it is answered, its fish script cuts it at a comma.
"""

from __future__ import annotations

import os
import re
import sys

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
)

from altsync.cli import cli

NAME = "altsync"
VARIABLE = "_ALTSYNC_COMPLETE"
_BASH = """\
_altsync_completion() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain,*) COMPREPLY+=("${line#plain,}") ;;
        esac
    done < <(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \\
        _ALTSYNC_COMPLETE=bash_complete "$1" 2>/dev/null)
}

complete -o nosort -F _altsync_completion altsync
"""
_FISH = """\
function _altsync_completion
    set -l response (env _ALTSYNC_COMPLETE=fish_complete \\
        COMP_WORDS=(commandline -cp | string collect) \\
        COMP_CWORD=(commandline -t | string collect) altsync 2>/dev/null)
    for completion in $response
        set -l metadata (string split -m 1 "," -- $completion)
        switch $metadata[1]
            case dir
                __fish_complete_directories $metadata[2]
            case file
                __fish_complete_path $metadata[2]
            case plain
                echo -- $metadata[2]
        end
    end
end

complete --no-files --command altsync --arguments "(_altsync_completion)"
"""
_PLAIN = re.compile(r"[\w./@%+,:=-]", re.ASCII)
"""What bash takes as it stands."""


def answer() -> int:
    """Answer the shell that set the variable; the exit code. Silent whatever happens:
    the answer is what a person sees under the line that they type."""
    shell, _, what = os.environ.get(VARIABLE, "").partition("_")
    try:
        completing = of(shell)
        said = completing.complete() if what == "complete" else completing.source()
    except BaseException:
        return 1
    sys.stdout.write(f"{said}\n")
    return 0


def of(shell: str) -> ShellComplete:
    """The completion of one shell. KeyError for another."""
    return SHELLS[shell](cli, {}, NAME, VARIABLE)


class _Completing(ShellComplete):
    """What altsync's completions share, whatever the shell."""

    def get_completions(
        self, args: list[str], incomplete: str
    ) -> list[CompletionItem[str]]:
        """As click finds them; after `--album=` with that in front, as it is the whole
        word that a shell completes."""
        found = super().get_completions(args, incomplete)
        name, is_, _ = incomplete.partition("=")
        option = name + is_ if is_ and name[:1] == "-" else ""
        return [_behind(option, one) for one in found if _is_one_line(one)]


def _behind(option: str, item: CompletionItem[str]) -> CompletionItem[str]:
    if item.type != "plain":
        return item
    return CompletionItem(f"{option}{item.value}", help=item.help)


def _is_one_line(item: CompletionItem[str]) -> bool:
    """Nobody types a name with line ends, or with letters that cannot be seen."""
    return item.type != "plain" or item.value.isprintable()


class Bash(_Completing, BashComplete):
    """bash: the line as it was typed is read here, and what is answered is quoted as its
    last word has begun."""

    source_template = _BASH

    @staticmethod
    def _check_version() -> None:
        """4.4 or later: an older one says itself that it knows no nosort."""

    def source(self) -> str:
        return self.source_template

    def get_completion_args(self) -> tuple[list[str], str]:
        words, self.quote, opened = split(os.environ.get("COMP_WORDS", ""))
        *args, incomplete = words[1:] or [""]
        self.cut = incomplete[:opened]
        if not self.quote:
            breaks = os.environ.get("COMP_BREAKS", "")
            ends = [incomplete.rfind(sign) for sign in "=:" if sign in breaks]
            self.cut = incomplete[: max(ends, default=-1) + 1]
        return args, incomplete

    def format_completion(self, item: CompletionItem[str]) -> str:
        if item.type != "plain":
            return item.type
        return f"plain,{quoted(item.value.removeprefix(self.cut), self.quote)}"

    def complete(self) -> str:
        """Within quotation marks bash would take `!` for the history: nothing is offered
        there."""
        args, incomplete = self.get_completion_args()
        found = self.get_completions(args, incomplete)
        kept = (one for one in found if self.quote != '"' or "!" not in one.value)
        return "\n".join(map(self.format_completion, kept))


class Zsh(_Completing, ZshComplete):
    """zsh: it quotes by itself what it is answered."""


class Fish(_Completing, FishComplete):
    """fish: it quotes by itself what it is answered."""

    source_template = _FISH

    def source(self) -> str:
        return self.source_template

    def format_completion(self, item: CompletionItem[str]) -> str:
        """As the script above reads it: click's own form changed with 8.4.2."""
        about = " ".join((item.help or "").split())
        return f"{item.type},{item.value}" + (f"\t{about}" if about else "")


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def quoted(value: str, quote: str) -> str:
    """A value as bash has to be told it: bare, or within the quotation marks that are
    open."""
    if quote == "'":
        return value.replace("'", "'\\''")
    if quote == '"':
        return re.sub(r'(["$`\\])', r"\\\1", value)
    return "".join(
        sign if _PLAIN.match(sign) or ord(sign) > 127 else f"\\{sign}" for sign in value
    )


def split(line: str) -> tuple[list[str], str, int]:
    """The words of a line of bash as they are meant, the last one perhaps not whole, the
    quotation mark that is open there, and how much of that word stands before it."""
    words, word, quote = list[str](), "", ""
    begun, opened = False, 0
    signs = iter(line)
    for sign in signs:
        if quote == "'":
            word, quote = (word, "") if sign == "'" else (word + sign, quote)
        elif sign == "\\":
            after = next(signs, "")
            keeps = quote == '"' and after not in '"\\$`'
            word, begun = word + (sign if keeps else "") + after, True
        elif sign == quote:
            quote = ""
        elif not quote and sign in "'\"":
            quote, begun, opened = sign, True, len(word)
        elif not quote and sign in " \t\n":
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + sign, True
    return [*words, word], quote, opened if quote else 0
