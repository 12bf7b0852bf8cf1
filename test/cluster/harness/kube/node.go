//go:build !controlplane

package main

import (
	"context"
	"os"

	"k8s.io/component-base/cli"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// What a node needs. Older versions of Kubernetes are built without it, by the tag controlplane.
func init() {
	programs["kube-proxy"] = run(proxy.NewProxyCommand)
	programs["kubelet"] = func() { os.Exit(cli.Run(kubelet.NewKubeletCommand(context.Background()))) }
}
