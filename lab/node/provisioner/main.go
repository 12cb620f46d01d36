// The provisioner of a real node: storage class "standard" gets folders of the node as "local" volumes, to which, unlike
// to host paths, the kubelet applies a pod's fsGroup.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

const name = "testbed/local"

type folders struct{ root string }

func (f folders) Provision(_ context.Context, o controller.ProvisionOptions) (*core.PersistentVolume, controller.ProvisioningState, error) {
	if o.SelectedNodeName == "" {
		return nil, controller.ProvisioningFinished, errors.New("no node was selected; the storage class must say volumeBindingMode: WaitForFirstConsumer")
	}
	path := filepath.Join(f.root, o.PVName)
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	// Whoever the pod runs as may write, with or without an fsGroup. Apart from MkdirAll because of the umask.
	if err := os.Chmod(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: o.PVName},
		Spec: core.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			Capacity:                      core.ResourceList{core.ResourceStorage: o.PVC.Spec.Resources.Requests[core.ResourceStorage]},
			PersistentVolumeSource:        core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
				MatchExpressions: []core.NodeSelectorRequirement{{
					Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{o.SelectedNodeName},
				}},
			}}}},
		},
	}, controller.ProvisioningFinished, nil
}

func (f folders) Delete(_ context.Context, volume *core.PersistentVolume) error {
	if volume.Spec.Local == nil || filepath.Dir(volume.Spec.Local.Path) != f.root {
		return fmt.Errorf("volume %s is not a folder of %s, so it is not removed", volume.Name, f.root)
	}
	return os.RemoveAll(volume.Spec.Local.Path)
}

func main() {
	root := flag.String("root", "", "folder of the volumes, absolute")
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	flag.Parse()
	if !filepath.IsAbs(*root) || *kubeconfig == "" {
		fmt.Fprintln(os.Stderr, "provisioner: needs --root ABSOLUTE-FOLDER and --kubeconfig FILE")
		os.Exit(2)
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		fmt.Fprintf(os.Stderr, "provisioner: --kubeconfig %s: %v\n", *kubeconfig, err)
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	controller.NewProvisionController(ctx, kubernetes.NewForConfigOrDie(config), name, folders{filepath.Clean(*root)},
		controller.LeaderElection(false), // one replica
	).Run(ctx)
}
