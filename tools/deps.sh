#!/bin/sh
# Installs the Debian packages of the named groups (build, test, lint; see packages.txt) that this machine lacks.
# With nothing missing it needs no network, no root, and a few milliseconds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

# Lines of packages.txt that belong to the groups: package, kind of proof, its argument.
wanted() {
    awk -v groups=" $* " '!/^#/ && NF { if (index(groups, " " $1 " ")) print $2, $3, $4 }' "$here/packages.txt"
}

compiler() {
    for name in ${CXX:-} clang++ g++ c++; do
        if have "$name"; then
            echo "$name"
            return
        fi
    done
}

# Whether what the package brings is there, whoever installed it.
proven() {
    case $1 in
        command) have "$2" ;;
        file) [ -e "$2" ] ;;
        header) printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$2" | ${compiler:-false} -E -x c++ - >/dev/null 2>&1 ;;
        pkg-config) pkg-config --exists "$2" >/dev/null 2>&1 ;;
        python) python3 -c "import $2" >/dev/null 2>&1 ;;
        terminal) infocmp "$2" >/dev/null 2>&1 ;;
        *) return 1 ;;
    esac
}

unproven() {
    compiler=$(compiler)
    wanted "$@" | while read -r package kind argument; do
        proven "$kind" "$argument" || echo "$package"
    done
}

# Packages that dpkg does not list as installed. dpkg-query fails for unknown names, which are then simply not listed.
not_installed() {
    packages=$(wanted "$@" | cut -d ' ' -f 1)
    # shellcheck disable=SC2086
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $packages 2>/dev/null || true)
    for package in $packages; do
        printf '%s\n' "$installed" | grep -qxF "installed $package" || echo "$package"
    done
}

install_packages() {
    if [ "$(id -u)" -eq 0 ]; then
        sudo=
    elif have sudo; then
        sudo=sudo
    else
        return 1
    fi
    say "Installing with apt: $*"
    apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300"
    $apt update -qq || say "apt-get update failed; going on with the package lists that are here."
    $apt install -y -qq --no-install-recommends "$@" || {
        say "apt could not install what Pleura needs; the lines above say why. Mend that and run make again."
        exit 1
    }
}

if [ $# -eq 0 ]; then
    say "usage: deps.sh build|test|lint..."
    exit 2
fi

case " $* " in
    *" build "*)
        if ! have swift; then
            say "Pleura is built with Swift 6 or later, and there is no swift on the PATH: https://www.swift.org/install/linux/"
            exit 1
        fi
        ;;
esac

if have dpkg-query && have apt-get; then
    missing=$(not_installed "$@")
    [ -n "$missing" ] || exit 0
    # shellcheck disable=SC2086
    if install_packages $missing; then
        exit 0
    fi
    # Neither root nor sudo: what counts then is whether the headers and programs are there all the same.
    missing=$(unproven "$@" | tr '\n' ' ')
    [ -n "$missing" ] || exit 0
    say "Pleura needs these Debian packages, and this user is not root and has no sudo: $missing"
    say "Ask an administrator to run: apt-get install --no-install-recommends $missing"
    exit 1
fi

missing=$(unproven "$@" | tr '\n' ' ')
[ -n "$missing" ] || exit 0
say "There is no apt here; please install what these Debian packages bring, then run make again: $missing"
exit 1
