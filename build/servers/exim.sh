# A second kind of real MX, because Exim words and times its replies in its own way. It conflicts with Postfix as a package, so its files are
# unpacked beside it, into the data folder, and nothing of it is installed.
exim_packages="libgnutls-dane0 libidn12 openssl"
# Debian's build looks for this user whatever the configuration says.
exim_user=Debian-exim

exim_answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$exim_port" || exit 1
    read -r -t 5 greeting <&3
    printf 'QUIT\r\n' >&3
    [[ $greeting == '220 mx7.a.test'* ]]
  ) 2>/dev/null
}

exim_start() {
  local d=$dir/exim
  mkdir -p "$d"/{spool,log,mail}
  [[ -x $d/root/usr/sbin/exim4 ]] || exim_unpack || return 1
  id "$exim_user" >/dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin "$exim_user"
  [[ -f $d/cert.pem ]] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=mx7.a.test -addext subjectAltName=DNS:mx7.a.test \
    -keyout "$d/key.pem" -out "$d/cert.pem" 2>/dev/null
  chown -R "$exim_user:$exim_user" "$d"/{spool,log,mail,key.pem,cert.pem}
  exim_configuration >"$d/exim.conf"
  chown root "$d/exim.conf" && chmod 644 "$d/exim.conf"
  in_background "$d/out.log" "$d/root/usr/sbin/exim4" -C "$d/exim.conf" -bdf -q30m -oP "$d/pid"
}

exim_unpack() {
  (
    cd "$dir/exim" && rm -rf packages root && mkdir packages && cd packages || exit 1
    lock 8 apt || exit 1
    apt download exim4-daemon-light exim4-base || { apt update && apt download exim4-daemon-light exim4-base; } || exit 1
    for package in *.deb; do dpkg -x "$package" ../root || exit 1; done
  ) 8>"$dir/apt.lock" || fail "exim cannot be had: its packages do not come (apt-get says why in $dir/apt.log)"
}

# Anyone at local hosts may send to the domains below; a name decides over the answer.
exim_configuration() {
  local d=$dir/exim
  cat <<EOF
primary_hostname = mx7.a.test
exim_path = $d/root/usr/sbin/exim4
exim_user = $exim_user
exim_group = $exim_user
spool_directory = $d/spool
log_file_path = $d/log/%slog
pid_file_path = $d/pid
local_interfaces = $listen.$exim_port
daemon_smtp_ports = $exim_port
host_lookup =
rfc1413_query_timeout = 0s
smtputf8_advertise_hosts = *
message_size_limit = 1M
tls_advertise_hosts = *
tls_certificate = $d/cert.pem
tls_privatekey = $d/key.pem
accept_8bitmime = true
acl_smtp_helo = check_helo
acl_smtp_rcpt = check_recipient
acl_smtp_data = check_data

begin acl
check_helo:
  accept
check_recipient:
  deny   local_parts = bounce
         message     = 550 5.1.1 Unrouteable address
  defer  local_parts = later
         message     = 451 4.7.1 Greylisted, please try again later
  deny   local_parts = full
         message     = 552 5.2.2 Mailbox full
  drop   local_parts = drop
         message     = 550 5.7.1 Go away
  accept domains     = exim.test
  deny   message     = relay not permitted
check_data:
  deny   condition   = \${if match{\$h_Subject:}{VIRUS}}
         message     = 550 5.7.1 This message contains a virus
  accept

begin routers
all:
  driver = accept
  transport = maildir

begin transports
maildir:
  driver = appendfile
  directory = $d/mail
  maildir_format
  user = $exim_user
  create_directory
  directory_mode = 0755
  mode = 0644
EOF
}

exim_stop() { terminate_pid_of "$dir/exim/pid" exim4; }
exim_kill() { kill_pid_of "$dir/exim/pid" exim4; }
