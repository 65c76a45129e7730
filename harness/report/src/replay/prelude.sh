say() { printf '%s\n' "$*" >&2; }

# Ends the script when the server does not even come this far.
stuck() {
    say "CANNOT TELL: $*"
    exit 2
}

command -v curl >/dev/null && command -v python3 >/dev/null || stuck "this needs curl and python3"
WORK=$(mktemp -d) && export WORK || stuck "no temporary folder"
SOCKETS=
finish() {
    for process in $SOCKETS; do kill "$process" 2>/dev/null; done
    rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 2' INT TERM

helper() { python3 "$WORK/replay.py" "$@"; }

basic() { printf 'Basic %s' "$(printf '%s' "$1" | base64 | tr -d '\n')"; }

# call NUMBER ACTOR METHOD URL [OPTION OF CURL]...: the body comes by standard input
call() {
    number=$1 actor=$2 method=$3 url=$4
    shift 4
    status=$(curl -sS -m "$DEADLINE" -X "$method" -o "$WORK/$number.body" -D "$WORK/$number.headers" \
        -w '%{http_code}' -H 'expect:' "$@" "$url" 2>"$WORK/error") || status=0
    case $status in [1-9]*) ;; *) status=0 ;; esac
    printf "%s" "$status" >"$WORK/$number.status"
    touch "$WORK/$number.body" "$WORK/$number.headers"
    say "  $actor -> $method ${url#*://*/}: $status"
}

# take NUMBER POINTER: a value of an answer
take() { helper take "$1" "$2"; }

# socket ACTOR NUMBER ADDRESS: opens a WebSocket
socket() {
    : >"$WORK/$1.$2.out"
    helper connect "$1.$2" "$3" >/dev/null 2>&1 &
    SOCKETS="$SOCKETS $!"
    printf '%s' "$!" >"$WORK/$1.$2.process"
    turn=0
    while [ ! -s "$WORK/$1.$2.socket" ] && [ "$turn" -lt 500 ]; do
        turn=$((turn + 1))
        sleep 0.02
    done
    [ -s "$WORK/$1.$2.socket" ] || printf refused >"$WORK/$1.$2.socket"
    say "  $1 -> WebSocket: $(cat "$WORK/$1.$2.socket")"
}

# send ACTOR NUMBER: a frame, by standard input
send() {
    cat >>"$WORK/$1.$2.out"
    sleep 0.1
}

# hang_up ACTOR NUMBER, or lose ACTOR NUMBER without a word
hang_up() {
    printf 'close\n' >>"$WORK/$1.$2.out"
    sleep 0.1
}
lose() { kill -9 "$(cat "$WORK/$1.$2.process")" 2>/dev/null; }

# accepted NUMBER: what succeeded in the run must succeed here, or nothing can be told
accepted() {
    case $(cat "$WORK/$1.status") in
    2??) ;;
    *) stuck "call $1 was answered with status $(cat "$WORK/$1.status"): $(head -c 300 "$WORK/$1.body")" ;;
    esac
}
